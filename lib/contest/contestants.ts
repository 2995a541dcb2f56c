/** Who takes part in a contest: trained policies with their training seeds, baselines, and what knows the answer. */

import { configError, suggestion } from "../input/mod.ts";
import { evaluate, type EvaluationOptions } from "../evaluation/mod.ts";
import { type ActMode, BASELINES, BELIEVING_BASELINES, type Policy, PRIVILEGED_BASELINES } from "../policy/mod.ts";
import type { BeliefSource } from "../surrogate/mod.ts";
import { evaluateTuned, type OpenedPolicy, type PolicySource, type TunedBaselines } from "../training/mod.ts";
import type { Arena, Contestant, Role } from "./types.ts";

/** The name of the trained policy where there is one. */
export const POLICY_NAME = "grpo";

/** Baselines that are strong on every track: what a policy is planned to be compared with, where they play. */
export const STRONG_BASELINES: readonly string[] = ["blr-obs-ucb", "gp-obs-ucb"];

/** One training seed of a method, with the beliefs that it acts on, if any. */
export interface TrainedSeed {
  readonly policy: Policy;
  readonly surrogate?: BeliefSource;
  /** Where other threads open it; without one, only this thread plays it. */
  readonly source?: PolicySource | undefined;
  /** The run whose beliefs it acts on where they are another's. */
  readonly beliefs?: string | undefined;
}

/** A trained method, or an untrained network. */
export function trainedContestant(
  name: string,
  seeds: readonly TrainedSeed[],
  mode: ActMode,
  role: "policy" | "untrained" = "policy",
): Contestant {
  const kind = role === "policy" ? "trained" : role;
  const sources = seeds.flatMap(({ source, beliefs }) =>
    source === undefined
      ? []
      : [{ ...source, kind, name, mode, ...(beliefs === undefined ? {} : { beliefs }) } as const]
  );
  return {
    name,
    role,
    ...(sources.length === seeds.length ? { sources } : {}),
    play: (arena) =>
      seeds.map(({ policy, surrogate }) =>
        evaluate(policy, arena.problems, {
          ...settingsIn(arena),
          method: name,
          mode,
          ...(surrogate === undefined ? {} : { surrogate }),
        })
      ),
  };
}

/**
 * Opened runs as the training seeds of one method, with the beliefs of the first; none without runs.
 * @throws ConfigError if they are no seeds of one method: their surrogates differ
 */
export function seedsContestant(name: string, opened: readonly OpenedPolicy[], mode: ActMode): readonly Contestant[] {
  if (opened.length === 0) return [];
  const [{ config: { surrogate: own }, surrogate, source: first }] = opened;
  const odd = opened.find(({ config }) => JSON.stringify(config.surrogate) !== JSON.stringify(own));
  if (odd !== undefined) {
    const message =
      `the runs are no seeds of one method: surrogate.kind is ${own.kind} and ${odd.config.surrogate.kind}`;
    throw configError(name, "", `${message}, or its options differ`);
  }
  const beliefs = surrogate === undefined ? {} : { surrogate };
  return [
    trainedContestant(
      name,
      opened.map(({ policy, source }) => ({ policy, source, beliefs: first?.path, ...beliefs })),
      mode,
    ),
  ];
}

/** A method that is not trained, with the settings that were tuned for each problem's number of variables. */
export function baselineContestant(name: string, tuned: TunedBaselines): Contestant {
  return {
    name,
    role: roleOf(name),
    sources: [{ kind: "baseline", name, tuned }],
    play: (arena) => [evaluateTuned(name, tuned, arena.problems, { ...settingsIn(arena), mode: "sample" })],
  };
}

/** What an evaluation takes from its arena. */
export function settingsIn({ episode, stream, clock }: Arena): Pick<EvaluationOptions, "episode" | "stream" | "clock"> {
  return { episode, stream, ...(clock === undefined ? {} : { clock }) };
}

function roleOf(name: string): Role {
  if (!Object.hasOwn(PRIVILEGED_BASELINES, name)) return "baseline";
  return PRIVILEGED_BASELINES[name].bound ? "bound" : "privileged";
}

/**
 * The methods that a list asks for, and after them the bounds, which are always played. `null` asks for every baseline that
 * knows what an experimenter knows, needs no surrogate and is not slow.
 * @param key where the list stands, for the error
 * @throws ConfigError for one that does not exist, naming the nearest
 */
export function baselineNames(asked: readonly string[] | null, key = "evaluation.baselines"): readonly string[] {
  const bounds = Object.keys(PRIVILEGED_BASELINES).filter((name) => PRIVILEGED_BASELINES[name].bound);
  const known = [BASELINES, BELIEVING_BASELINES, PRIVILEGED_BASELINES].flatMap((registry) => Object.keys(registry));
  const unknown = asked?.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw configError(key, "", `no baseline is named ${unknown}${suggestion(unknown, known)}`);
  }
  const named = asked ?? Object.keys(BASELINES).filter((name) => !BASELINES[name].slow);
  return [...new Set([...named.filter((name) => !bounds.includes(name)), ...bounds])];
}

/**
 * The baselines whose settings are tuned: those of a list, or all of {@linkcode baselineNames}, less the bounds, which have none.
 * @throws ConfigError for a name that does not exist, and for a bound
 */
export function tunableNames(asked: readonly string[] | null, key = "--baselines"): readonly string[] {
  const bound = asked?.find((name) => Object.hasOwn(PRIVILEGED_BASELINES, name) && PRIVILEGED_BASELINES[name].bound);
  if (bound !== undefined) throw configError(key, "", `${bound} is a bound: it has nothing to tune`);
  return baselineNames(asked, key).filter((name) => roleOf(name) !== "bound");
}

/** The contestants of {@linkcode baselineNames}. */
export function baselineContestants(names: readonly string[], tuned: TunedBaselines): readonly Contestant[] {
  return names.map((name) => baselineContestant(name, tuned));
}
