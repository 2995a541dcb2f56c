/** The report of a simulated session: regret, every step, and the last answer. */

import type { SimulatedSession, SimulatedStep } from "../../advisor/mod.ts";
import { meanOf } from "../../evaluation/mod.ts";
import { lineFigure } from "../figures.ts";
import { formatNumber } from "../format.ts";
import type { Block, Provenance } from "../html/blocks.ts";
import { htmlReport } from "../html/page.ts";
import { formatTable, type TextColumn } from "../text_table.ts";
import { seriesStyle } from "../theme.ts";
import type { OutcomeModel, Scm } from "../../scm/mod.ts";
import { short } from "./advice_text.ts";

const STEP_COLUMNS: readonly TextColumn[] = [
  { heading: "step" },
  { heading: "set" },
  { heading: "value", align: "right" },
  { heading: "preference", digits: 3 },
  { heading: "measured", digits: 3 },
  { heading: "expected", digits: 3 },
  { heading: "regret", digits: 3 },
  { heading: "normalised", digits: 3 },
];

/** The steps and what is known of the truth, for the terminal. */
export function stepTable(steps: readonly SimulatedStep[]): string {
  return formatTable(
    STEP_COLUMNS,
    steps.map((
      { variable, value, probability, measured, expected, regret, normalised },
      index,
    ) => [index + 1, variable, short(value), probability, measured, expected, regret, normalised]),
  );
}

/** What the best intervention would have reached, and what the recommendation reaches. */
export function truthText(scm: Scm, { best }: OutcomeModel, { recommended }: SimulatedSession): string {
  return `truth: the best intervention is ${
    scm.variables[best.variable].name
  } = ${best.value}, with an expected target of ${best.outcome.toFixed(3)}; the recommendation reaches ${
    recommended.expected.toFixed(3)
  } (normalised value ${recommended.normalised.toFixed(3)})`;
}

/** One self-contained page; the same session gives the same bytes. */
export function simulationReport(
  scm: Scm,
  outcomes: OutcomeModel,
  { steps, recommended, session }: SimulatedSession,
  provenance: Provenance,
): Promise<string> {
  const x = steps.map((_, t) => t + 1);
  const simple = steps.map((_, t) => Math.min(...steps.slice(0, t + 1).map(({ regret }) => regret)));
  const target = scm.variables[scm.target].name;
  const { best } = outcomes;
  const advice = session.ask();
  const regret = lineFigure(
    [
      { name: "this step", x, y: steps.map((step) => step.regret), color: seriesStyle(0).color, markers: true },
      { name: "best so far", x, y: simple, color: seriesStyle(1).color, dash: "dash" },
    ],
    { x: "intervention", y: `regret, expected ${target}` },
    {
      title: "Regret",
      caption: "Difference between the expected target of the best single intervention and that of the one made. " +
        "Expected targets are the SCM's own: the session does not see them.",
    },
  );
  const blocks: Block[] = [
    {
      kind: "keyValues",
      appearance: "tiles",
      items: [
        { label: "Normalised value of the recommendation", value: recommended.normalised, digits: 3 },
        { label: "Mean over all steps", value: meanOf(steps.map(({ normalised }) => normalised)), digits: 3 },
        {
          label: "Recommended",
          value: recommended.variable === null || recommended.value === null
            ? "to set nothing"
            : `${recommended.variable} = ${short(recommended.value).replace("-", "−")}`,
          note: `best: ${scm.variables[best.variable].name} = ${short(best.value).replace("-", "−")}`,
        },
        {
          label: "95 % intervals that held the truth",
          value: `${steps.filter(({ inside }) => inside).length} of ${steps.length}`,
        },
      ],
    },
    // Steps that are all alike, as in a session that finds the best at once, make no curve.
    ...(new Set(steps.map((step) => step.regret)).size > 1
      ? [regret]
      : [{ kind: "markdown", text: `Every intervention had a regret of ${formatNumber(steps[0].regret)}.` } as const]),
  ];
  return htmlReport({
    title: `A session on ${scm.name}`,
    subtitle: `${
      scm.objective === "minimize" ? "Minimize" : "Maximize"
    } ${target}; ${advice.rows.observational} rows, then ${steps.length} interventions`,
    sections: [
      { heading: "What it reached", blocks },
      {
        heading: "Steps",
        blocks: [{
          kind: "table",
          columns: [
            { key: "step", label: "Step", align: "left" },
            { key: "set", label: "Set" },
            { key: "value", label: "Value" },
            { key: "probability", label: "Probability" },
            { key: "measured", label: `${target} measured` },
            { key: "expected", label: `${target} expected` },
            { key: "regret", label: "Regret" },
            { key: "normalised", label: "Normalised value" },
          ],
          rows: steps.map((step, t) => ({
            step: String(t + 1),
            set: step.variable,
            value: step.value,
            probability: step.probability,
            measured: step.measured,
            expected: step.expected,
            regret: step.regret,
            normalised: step.normalised,
          })),
        }],
      },
      {
        heading: "Direct causes of the target",
        blocks: [{
          kind: "table",
          caption: `Probabilities of the ${advice.parentsBy} surrogate after the last step, and the truth.`,
          columns: [{ key: "variable", label: "Variable" }, { key: "probability", label: "Probability" }, {
            key: "truth",
            label: "Is one",
          }],
          rows: advice.parents.map(({ variable, probability }) => ({
            variable,
            probability,
            truth: scm.variables[scm.target].parents.some((p) => scm.variables[p].name === variable) ? "yes" : "no",
          })),
        }],
      },
    ],
    provenance,
  });
}
