// deno-lint-ignore-file no-console
/**
 * A campaign in a folder, played by a program: it asks, a reactor that nobody knows answers, and the log keeps everything.
 *
 *     deno run -A examples/campaign.ts FOLDER
 *
 * @module
 */

import { Campaign, createStream, parseProblem, parseScm, sampleRows, useBackend } from "../lib/mod.ts";

const PROBLEM = `
name: reactor
objective: maximize
target: yield
interventions: 12
variables:
  heat: { unit: °C, domain: [25, 37] }
  feed: { unit: mL/min, domain: [0.5, 4] }
  growth:
  yield: { unit: g }
`;

/** Plays the laboratory; nothing of it is told to the campaign but the rows. */
const REACTOR = parseScm(
  `
name: reactor
objective: maximize
target: yield
variables:
  heat: { intercept: 30, noise: 1.5, domain: [25, 37] }
  feed: { intercept: 2, noise: 0.4, domain: [0.5, 4] }
  growth: { intercept: -9, linear: { heat: 0.5, feed: 2 }, noise: 0.8 }
  yield: { intercept: 50, linear: { growth: 3, feed: 1.5 }, noise: 2 }
`,
  "reactor.yaml",
);

/** One measured row, with some variables set. */
export function measure(seed: number, set: Readonly<Record<string, number>> = {}): Record<string, number> {
  const names = REACTOR.variables.map(({ name }) => name);
  const made = Object.entries(set).map(([name, value]) => ({
    variable: names.indexOf(name),
    value,
    kind: "perfect" as const,
  }));
  const row = sampleRows(REACTOR, 1, made, createStream(seed));
  return Object.fromEntries(names.map((name, v) => [name, row[v]]));
}

/** Twenty rows without a setting, then experiments as they are proposed; returns what to settle for. */
export function play(folder: string, experiments: number): string {
  using campaign = Campaign.start(folder, parseProblem(PROBLEM, "problem.yaml"));
  campaign.tell(Array.from({ length: 20 }, (_, r) => ({ values: measure(r) })));
  for (let k = 0; k < experiments; k++) {
    for (const { number, settings } of campaign.ask().proposals) {
      const set = Object.fromEntries(settings.map(({ variable, value }) => [variable, value]));
      campaign.tell({ values: measure(100 + number, set) }, number);
    }
  }
  const { variable, value } = campaign.ask({ experiments: 0 }).advice.recommendation;
  return variable === null ? "to set nothing" : `${variable} = ${value}`;
}

if (import.meta.main) {
  await useBackend("auto");
  console.log(play(Deno.args[0] ?? "reactor", 5));
}
