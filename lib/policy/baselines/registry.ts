/** Every policy that learns nothing from other problems, by name, with the parameters that it is tuned over. */

import { BANDITS } from "./bandits.ts";
import { BELIEVERS } from "./believed.ts";
import { CAUSAL_PROCESSES } from "./causal_process.ts";
import type { Baseline, BelievingBaseline, PrivilegedBaseline } from "./entry.ts";
import { GAUSSIAN_PROCESSES } from "./gaussian_process.ts";
import { ORACLES } from "./oracles.ts";
import { REGRESSIONS } from "./regression_policies.ts";
import { CAUSAL_SETS, SET_BASELINES } from "./sets/policies.ts";
import { UNDIRECTED } from "./undirected.ts";

/** The baselines by name. */
export const BASELINES: Readonly<Record<string, Baseline>> = byName([
  ...UNDIRECTED,
  ...BANDITS,
  ...REGRESSIONS,
  ...GAUSSIAN_PROCESSES,
  ...SET_BASELINES,
]);

/** The baselines that play on the exact posterior over DAGs, by name. */
export const BELIEVING_BASELINES: Readonly<Record<string, BelievingBaseline>> = byName(BELIEVERS);

/** The baselines that know some of the truth, by name: the graph alone, or the best intervention. */
export const PRIVILEGED_BASELINES: Readonly<Record<string, PrivilegedBaseline>> = byName([
  ...CAUSAL_PROCESSES,
  ...CAUSAL_SETS,
  ...ORACLES,
]);

function byName<Entry extends { readonly name: string }>(entries: readonly Entry[]): Record<string, Entry> {
  return Object.fromEntries(entries.map((entry) => [entry.name, entry]));
}
