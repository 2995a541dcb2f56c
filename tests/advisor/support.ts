/** A small experiment: heat → growth → yield, with the yield to be made large. */

import { type ExperimentProblem, parseProblem } from "../../lib/advisor/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { freshFolder } from "../folder.ts";

export const PROBLEM_TEXT = `name: bioreactor
objective: maximize
target: yield
interventions: 12
setting: set
variables:
  heat: { unit: °C, domain: [20, 40] }
  pH: { domain: { values: [6, 7, 8] } }
  growth: { unit: g/L }
  yield: { unit: "%" }
`;

/** The problem, with lines of its text replaced. */
export function problem(...changes: readonly (readonly [string, string])[]): ExperimentProblem {
  return parseProblem(changed(...changes), "problem.yaml");
}

export function changed(...changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((text, [from, to]) => text.replace(from, to), PROBLEM_TEXT);
}

/** One row of the bioreactor: a higher heat grows more, and growth makes the yield. */
export function measure(seed: number, set: Readonly<Record<string, number>> = {}): Record<string, number> {
  const stream = createStream(seed);
  const heat = set.heat ?? 30 + 2 * stream.normal();
  const pH = set.pH ?? 7 + 0.3 * stream.normal();
  const growth = 0.5 * (heat - 30) + 10 + 0.5 * stream.normal();
  return { heat, pH, growth, yield: 2 * growth - 0.4 * pH + 0.5 * stream.normal() };
}

/** A CSV file of 20 observed rows and of `interventions`, in the order of the header. */
export function csv(
  interventions: readonly (readonly [string, number])[],
  header = "heat,pH,growth,yield,set",
): string {
  const line = (row: Record<string, number>, set: string) => [row.heat, row.pH, row.growth, row.yield, set].join(",");
  return [
    header,
    ...Array.from({ length: 20 }, (_, r) => line(measure(r), "")),
    ...interventions.map(([name, value], k) => line(measure(100 + k, { [name]: value }), name)),
  ].join("\n");
}

/** A file of its own with this content. */
export function temporary(name: string, content: string | Uint8Array): string {
  const file = `${freshFolder()}/${name}`;
  if (typeof content === "string") Deno.writeTextFileSync(file, content);
  else Deno.writeFileSync(file, content);
  return file;
}
