/** A campaign for the terminal: experiments to make, those that run, and what was taken back. */

import type {
  CampaignAnswer,
  CampaignEvent,
  CampaignState,
  ExperimentProblem,
  RunningExperiment,
} from "../../advisor/mod.ts";
import { formatTable } from "../text_table.ts";
import { adviceText, short } from "./advice_text.ts";

/** `heat = 30 °C; feed = 2`. */
export function plannedText(problem: ExperimentProblem, settings: RunningExperiment["settings"]): string {
  return settings.map(({ variable, value }) => {
    const unit = problem.variables.find(({ name }) => name === variable)?.unit;
    return `${variable} = ${short(value)}${unit === undefined ? "" : ` ${unit}`}`;
  }).join("; ");
}

/** What a campaign answers: the experiments to make, then everything that is known. */
export function campaignAnswerText(problem: ExperimentProblem, { advice, proposals }: CampaignAnswer): string {
  const plan = proposals.map(({ number, settings, reason }) =>
    `experiment ${number}: ${plannedText(problem, settings)} (${reason})`
  );
  return [...plan, ...plan.length === 0 ? [] : [""], adviceText(advice)].join("\n");
}

/** The experiments that run. */
export function runningText({ problem, running }: CampaignState): string {
  if (running.length === 0) return "no experiment runs";
  const expected = ({ expected }: RunningExperiment) =>
    expected === undefined ? "" : `${short(expected.value)} [${short(expected.low)}, ${short(expected.high)}]`;
  return formatTable(
    [{ heading: "experiment", align: "right" }, { heading: "set" }, {
      heading: `${problem.target} as it was expected (95 % interval of the mean)`,
    }],
    running.map((one) => [one.number, plannedText(problem, one.settings), expected(one)]),
  );
}

/** What an event was, in a few words. */
export function eventText(problem: ExperimentProblem, event: CampaignEvent): string {
  switch (event.kind) {
    case "start":
      return `the campaign ${problem.name} was begun`;
    case "tell": {
      const rows = event.groups.reduce((sum, group) => sum + group.rows.length, 0);
      const experiments = event.groups.flatMap(({ experiment }) => experiment === undefined ? [] : [experiment]);
      const of = experiments.length === 0 ? "" : ` of experiment ${experiments.join(", ")}`;
      return `${rows} row${rows === 1 ? "" : "s"}${of} told`;
    }
    case "ask": {
      const planned = event.proposals.map(({ experiment, settings }) =>
        `experiment ${experiment} (${plannedText(problem, settings)})`
      );
      return planned.length === 0 ? "an answer, without an experiment" : `${planned.join(", ")} proposed`;
    }
    case "run":
      return `experiment ${event.experiment} (${plannedText(problem, event.settings)}) added`;
    case "drop":
      return `experiment ${event.experiment} dropped${event.reason === undefined ? "" : `: ${event.reason}`}`;
    case "undo":
      return `line ${event.event} taken back`;
  }
}
