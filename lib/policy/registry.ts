/** Every kind of learned policy. */

import { general } from "./general_policy.ts";
import { history } from "./history_policy.ts";
import type { PolicyKind } from "./kind.ts";
import { sets } from "./sets_policy.ts";
import { statistics } from "./statistics_policy.ts";

/** The kinds that configs know; the first is the default. */
export const POLICIES = [statistics, history, general, sets] as const;

/** Name of a kind of learned policy. */
export type PolicyName = (typeof POLICIES)[number]["name"];

/** The kind of a name. */
export function policyKind(name: PolicyName): PolicyKind {
  return POLICIES.find((kind) => kind.name === name) ?? POLICIES[0];
}
