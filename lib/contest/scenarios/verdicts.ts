/** What played scenarios show: planned comparisons of the policy, over all scenarios together and in each of them. */

import {
  type Estimate,
  estimateDifference,
  judgeFamily,
  type Judgement,
  metricMatrix,
  type MetricName,
  METRICS,
  type SeedMatrix,
} from "../../evaluation/mod.ts";
import { CLAIM_LEVEL } from "../plan.ts";
import type { Played } from "../types.ts";
import type { PlayedScenario } from "./types.ts";

/** What is to be compared, chosen before anything is played. */
export interface ScenarioPlan {
  readonly metric: MetricName;
  /** Names of the methods that the policy is compared with. */
  readonly opponents: readonly string[];
  /** Names of the scenarios that count; what is shown of the others is no claim. */
  readonly scenarios: readonly string[];
}

/** The policy less one opponent. */
export interface ScenarioVerdict {
  /** Null for all planned scenarios together, each problem counting once. */
  readonly scenario: string | null;
  readonly opponent: string;
  /** Paired by problem, over problems and training seeds. */
  readonly difference: Estimate;
  readonly judgement: Judgement;
}

/** The planned comparisons of a list of scenarios. */
export interface ScenarioVerdicts {
  readonly plan: ScenarioPlan;
  /** One for each opponent over all planned scenarios: a family of its own. */
  readonly overall: readonly ScenarioVerdict[];
  /** One for each planned scenario and opponent: another family. */
  readonly each: readonly ScenarioVerdict[];
}

/**
 * Judges the planned comparisons. Training seeds and problems are drawn and crossed; claims of a family hold together at
 * {@linkcode CLAIM_LEVEL}.
 * @throws RangeError for an opponent or a scenario that was not played, or without any
 */
export function judgeScenarios(played: readonly PlayedScenario[], plan: ScenarioPlan): ScenarioVerdicts {
  const chosen = plan.scenarios.map((name) => {
    const found = played.find(({ scenario }) => scenario.name === name);
    if (found === undefined) throw new RangeError(`No scenario is named ${name}`);
    return found;
  });
  if (chosen.length === 0 || plan.opponents.length === 0) throw new RangeError("Nothing is planned to be compared");
  const { bounds, better } = METRICS[plan.metric];
  const compared = (scenario: string | null, own: readonly PlayedScenario[], opponent: string) => ({
    scenario,
    opponent,
    difference: estimateDifference(
      joined(own.map(({ methods: [policy] }) => metricMatrix(policy.results, plan.metric))),
      joined(own.map(({ methods }) => metricMatrix(playedBy(methods, opponent).results, plan.metric))),
      { bounds },
    ),
  });
  const judge = (family: readonly Omit<ScenarioVerdict, "judgement">[]): readonly ScenarioVerdict[] => {
    const judgements = judgeFamily(family.map(({ difference }) => difference), better, CLAIM_LEVEL);
    return family.map((one, i) => ({ ...one, judgement: judgements[i] }));
  };
  return {
    plan,
    overall: judge(plan.opponents.map((opponent) => compared(null, chosen, opponent))),
    each: judge(
      chosen.flatMap((own) => plan.opponents.map((opponent) => compared(own.scenario.name, [own], opponent))),
    ),
  };
}

/**
 * The method of this name.
 * @throws RangeError if nobody of that name has played
 */
export function playedBy(methods: readonly Played[], name: string): Played {
  const found = methods.find((method) => method.name === name);
  if (found !== undefined) return found;
  throw new RangeError(`${name} has not played; ${methods.map((method) => method.name).join(", ")} have`);
}

/** `[seeds][problems]` of several lists of problems as one list; the seeds are the same trainings everywhere. */
function joined(matrices: readonly SeedMatrix[]): SeedMatrix {
  return matrices[0].map((_, seed) => Float64Array.from(matrices.flatMap((rows) => Array.from(rows[seed]))));
}

/** One sentence on the scenarios in which the policy beats an opponent, is beaten by it, or cannot be told from it. */
export function verdictSentence(policy: string, against: string, verdicts: readonly ScenarioVerdict[]): string {
  const among = (kind: Judgement["verdict"]) => {
    const names = verdicts.filter(({ judgement }) => judgement.verdict === kind).map(({ scenario }) => scenario);
    return names.length === 0 ? "nowhere" : `in ${names.length} of ${verdicts.length} (${names.join("; ")})`;
  };
  return `**${policy}** beats ${against} ${among("better")}; is beaten by it ${among("worse")}; ` +
    `cannot be told from it ${among("undecided")}.`;
}
