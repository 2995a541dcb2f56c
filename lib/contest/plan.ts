/** Which comparisons are planned before anything is played: few, so that each can show something. */

import { configError, suggestion } from "../input/mod.ts";
import type { NamedPair } from "../evaluation/mod.ts";
import { STRONG_BASELINES } from "./contestants.ts";
import type { Role } from "./types.ts";

/** Level at which the claims of a family of planned comparisons hold together. */
export const CLAIM_LEVEL = 0.05;

interface Named {
  readonly name: string;
  readonly role: Role;
}

/**
 * The methods that policies are planned to be compared with: those that are named; else the usual ones that play; else,
 * where somebody chose other baselines, all of those that know no more than an experimenter.
 * @param usual the strong baselines by default
 * @throws ConfigError for one that does not play, naming the nearest
 */
export function plannedOpponents(
  methods: readonly Named[],
  asked: readonly string[] | null,
  usual: readonly string[] = STRONG_BASELINES,
): readonly string[] {
  const names = methods.filter(({ role }) => role !== "policy" && role !== "bound").map(({ name }) => name);
  const unknown = asked?.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw configError("opponents", "", `${unknown} does not play${suggestion(unknown, names)}`);
  }
  if (asked !== null) return asked;
  const playing = usual.filter((name) => names.includes(name));
  if (playing.length > 0) return playing;
  return methods.filter(({ role }) => role === "baseline").map(({ name }) => name);
}

/**
 * Every policy against every planned opponent, and every further policy against the reference.
 * @param reference name of the policy that the others are compared with; null takes the first
 * @throws ConfigError for a reference that is no policy of the contest
 */
export function plannedPairs(
  methods: readonly Named[],
  asked: readonly string[] | null,
  reference: string | null = null,
): readonly NamedPair[] {
  const policies = methods.filter(({ role }) => role === "policy").map(({ name }) => name);
  if (reference !== null && !policies.includes(reference)) {
    throw configError("reference", "", `no model is named ${reference}${suggestion(reference, policies)}`);
  }
  const first = reference ?? policies[0];
  const opponents = plannedOpponents(methods, asked);
  return [
    ...policies.filter((name) => name !== first).map((name): NamedPair => [name, first]),
    ...policies.flatMap((name) => opponents.map((opponent): NamedPair => [name, opponent])),
  ];
}
