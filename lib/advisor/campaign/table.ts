/** A campaign as a data file. */

import { EVERY_KNOB } from "../problem.ts";
import type { CampaignState, ToldGroup } from "./state.ts";

/** Name of the column that says what was set, where the problem names none. */
const SETTING = "set";

/** Columns beside the problem's own; a variable of the same name goes before. */
const EXTRA: readonly { readonly heading: string; readonly of: (group: ToldGroup) => string }[] = [
  { heading: "experiment", of: ({ experiment }) => experiment === undefined ? "" : String(experiment) },
  { heading: "told", of: ({ at }) => at },
];

/**
 * CSV (RFC 4180 with line feeds): every variable, what was set, the number of the experiment and when the row was told.
 * `readData` reads it back to the same rows.
 */
export function campaignCsv({ problem, told }: CampaignState): string {
  const { variables, settingColumn } = problem;
  const setting = settingColumn === EVERY_KNOB ? [] : [settingColumn ?? SETTING];
  const names = variables.map(({ name }) => name);
  const extra = EXTRA.filter(({ heading }) => !names.includes(heading));
  const lines = [[...names, ...setting, ...extra.map(({ heading }) => heading)]];
  for (const group of told) {
    const { set, rows } = group;
    for (const row of rows) {
      lines.push([
        ...row.map(String),
        ...(setting.length === 0 ? [] : [set.join(";")]),
        ...extra.map(({ of }) => of(group)),
      ]);
    }
  }
  return `${lines.map((cells) => cells.map(cell).join(",")).join("\n")}\n`;
}

/** A text as a cell: in quotes where it holds a separator or a quote. */
function cell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
