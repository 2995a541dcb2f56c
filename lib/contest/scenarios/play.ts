/** Lets a trained policy, tuned baselines and the oracle play scenarios. */

import { collectResults, evaluate } from "../../evaluation/mod.ts";
import { type ActMode, type Policy, PRIVILEGED_BASELINES } from "../../policy/mod.ts";
import type { BeliefSource } from "../../surrogate/mod.ts";
import { evaluateTuned, type TunedBaselines } from "../../training/mod.ts";
import type { PlayedScenario, Scenario, ScenarioMethod } from "./types.ts";

/** The name of the trained policy in results. */
export const POLICY_NAME = "grpo";

export interface ScenarioOptions {
  /** Training seeds of one method, each with the beliefs that it acts on, if any. */
  readonly policies: readonly { readonly policy: Policy; readonly surrogate?: BeliefSource }[];
  /** How the policies act. */
  readonly mode: ActMode;
  /** Names of baselines of any kind. */
  readonly baselines: readonly string[];
  readonly tuned: TunedBaselines;
}

/** Plays one scenario: every method meets the same problems, initial rows and noise. */
export function playScenario(scenario: Scenario, options: ScenarioOptions): PlayedScenario {
  const { problems, episode, stream } = scenario;
  const seeds = options.policies.map(({ policy, surrogate }) =>
    evaluate(policy, problems, {
      method: POLICY_NAME,
      episode,
      stream,
      mode: options.mode,
      ...(surrogate === undefined ? {} : { surrogate }),
    })
  );
  const others = options.baselines.map((name): ScenarioMethod => ({
    role: roleOf(name),
    results: collectResults(name, [evaluateTuned(name, options.tuned, problems, { episode, stream, mode: "sample" })]),
  }));
  return { scenario, methods: [{ role: "policy", results: collectResults(POLICY_NAME, seeds) }, ...others] };
}

function roleOf(name: string): ScenarioMethod["role"] {
  if (!Object.hasOwn(PRIVILEGED_BASELINES, name)) return "baseline";
  return PRIVILEGED_BASELINES[name].bound ? "bound" : "privileged";
}
