/** What a policy keeps and loses away from its training problems. */

import { playedBy, type PlayedScenario, POLICY_NAME, type ScenarioVerdicts, tuningNote } from "../../contest/mod.ts";
import { summariseDifference } from "../../evaluation/mod.ts";
import { verdictWords } from "../comparison/tables.ts";
import type { Cell, TableBlock } from "../html/blocks.ts";
import { cellEstimate, findingsOf, nameOf, planSentence, quoted } from "./cells.ts";
import type { ScenarioHead, ScenarioPage } from "./page.ts";

/** The page: the verdict, a table for each opponent, and the mean of every method. */
export function robustnessPage(
  played: readonly PlayedScenario[],
  verdicts: ScenarioVerdicts,
  { command, seeds, tuned }: ScenarioHead,
): ScenarioPage {
  const { track, policies, trainedOn } = seeds;
  const { min, max } = track.distribution.sizes;
  const names = played[0].methods.map(({ name }) => name);
  return {
    title: `Robustness of the \`${track.name}\` policy`,
    command,
    notes: [
      `The policy (${policies.length} training seeds) was trained on problems of ${
        quoted(trainedOn)
      } alone, with ${min} to ` +
      `${max} variables of every graph family, and is used as it is. ${tuningNote(tuned, names)} ` +
      `${played[0].scenario.problems.length} problems of each kind, ${track.episode.horizon} interventions, the same ` +
      "problems, initial rows and noise for every method. Values are normalised: 0 is doing nothing, 1 the best single " +
      "intervention. Intervals are 95 %, over problems and training seeds.",
      planSentence(verdicts),
    ],
    findings: findingsOf(verdicts),
    tables: [
      ...verdicts.plan.opponents.map((opponent) => ({
        heading: `Against \`${opponent}\``,
        table: opponentTable(played, verdicts, opponent),
      })),
      { heading: "Mean normalised value of every method", table: meansTable(played) },
    ],
  };
}

function opponentTable(
  played: readonly PlayedScenario[],
  { each }: ScenarioVerdicts,
  opponent: string,
): TableBlock {
  const rows = played.map(({ scenario, methods }) => {
    const [policy, other] = [methods[0], playedBy(methods, opponent)];
    const difference = summariseDifference(policy.results, other.results);
    const judgement = each.find((one) => one.scenario === scenario.name && one.opponent === opponent)?.judgement;
    return {
      scenario: scenario.name,
      description: scenario.description,
      policy: cellEstimate(policy.summary.meanValue),
      other: cellEstimate(other.summary.meanValue),
      mean: cellEstimate(difference.meanValue),
      p: judgement?.holm ?? null,
      verdict: judgement === undefined ? null : verdictWords(judgement.verdict),
      detectable: judgement?.detectable ?? null,
      last: cellEstimate(difference.lastValue),
      recommendation: cellEstimate(difference.recommendation),
    };
  });
  return {
    kind: "table",
    columns: [
      { key: "scenario", label: "problems" },
      { key: "description", label: "what differs" },
      { key: "policy", label: POLICY_NAME },
      { key: "other", label: opponent },
      { key: "mean", label: "difference" },
      { key: "p", label: "adjusted p", format: "p" },
      { key: "verdict", label: `${POLICY_NAME} is` },
      { key: "detectable", label: "could have seen" },
      { key: "last", label: "difference, last 5 steps" },
      { key: "recommendation", label: "difference, final answer" },
    ],
    rows,
  };
}

function meansTable(played: readonly PlayedScenario[]): TableBlock {
  const [{ methods: first }] = played;
  return {
    kind: "table",
    columns: [
      { key: "scenario", label: "problems" },
      ...first.map((method) => ({ key: method.name, label: nameOf(method) })),
    ],
    rows: played.map(({ scenario, methods }) => {
      const means = methods.map(({ name, summary }): [string, Cell] => [name, summary.meanValue.value]);
      return { scenario: scenario.name, ...Object.fromEntries(means) };
    }),
  };
}
