/** What the reader of a data file should know about it: one sentence for everything that is unusual. */

import { domainEnds, formatDomain } from "../scm/mod.ts";
import { columnScales, outliersIn, type Scale } from "./outliers.ts";
import type { ExperimentProblem } from "./problem.ts";
import type { ExperimentRows, MeasuredRows, Settings } from "./rows.ts";

/** What was found in a file. */
export interface Findings {
  readonly problem: ExperimentProblem;
  readonly rows: ExperimentRows;
  readonly measured: MeasuredRows;
  readonly settings: Settings;
  /** `[measured rows]` 1 where an earlier row is the same. */
  readonly repeated: Uint8Array;
  readonly tableRows: number;
  /** Names of the columns that the problem does not use. */
  readonly unused: readonly string[];
}

/** Most names that a sentence lists. */
const MOST_NAMES = 12;

/** One sentence each, without the file's name. */
export function notesOn(findings: Findings): string[] {
  const { problem, measured, settings } = findings;
  const scales = columnScales(measured, settings.set, problem.variables.length);
  return [
    ...rowNotes(findings),
    ...settingNotes(findings),
    ...outliersIn(problem, measured, settings, scales),
    ...domainNotes(problem, scales),
    ...constantNotes(findings),
    ...interventionNotes(findings),
    ...unusedNotes(findings),
  ];
}

function rowNotes({ problem, measured, repeated, tableRows }: Findings): string[] {
  const notes: string[] = [];
  const incomplete = tableRows - measured.rows.length;
  if (incomplete > 0) {
    const where = problem.variables.flatMap(({ name }, v) =>
      measured.missing[v] > 0 ? [`${name} in ${measured.missing[v]}`] : []
    );
    notes.push(`${incomplete} of ${tableRows} rows have a missing value and are left out: ${where.join(", ")}`);
  }
  const duplicates = repeated.reduce((sum, one) => sum + one, 0);
  if (duplicates > 0) {
    notes.push(
      problem.duplicates === "drop"
        ? `${duplicates} rows repeat another in every value and are left out`
        : `${duplicates} rows repeat another in every value and are kept; duplicates: drop in the problem file leaves them out`,
    );
  }
  return notes;
}

function settingNotes({ problem, settings }: Findings): string[] {
  return problem.variables.flatMap(({ name, unit }, v) => {
    const { count, largest } = settings.moved[v];
    if (count === 0) return [];
    const off = `${Number(largest.toPrecision(2))}${unit === undefined ? "" : ` ${unit}`}`;
    return [
      count === 1
        ? `${name}: one setting lies ${off} beside what is allowed and counts as the nearest allowed value`
        : `${name}: ${count} settings lie up to ${off} beside what is allowed and count as the nearest allowed value`,
    ];
  });
}

/** Spreads between the data and a domain, or from the data to a domain's end, that call for a word. */
const FAR = { away: 10, beyond: 50 };

/** Domains far from everything that was observed: probably in another unit, and certainly a matter of extrapolation. */
function domainNotes({ variables }: ExperimentProblem, scales: readonly Scale[]): string[] {
  return variables.flatMap(({ name, domain, unit }, v) => {
    if (domain === null) return [];
    const [low, high] = domainEnds(domain);
    const { centre } = scales[v];
    const spread = scales[v].spread > 0 ? scales[v].spread : high - low;
    const its = unit === undefined ? "" : ` ${unit}`;
    const seen = `${Number(centre.toPrecision(4))}${its}`;
    const away = Math.max(low - centre, centre - high) / spread;
    if (away > FAR.away) {
      return [
        `${name}: the domain ${formatDomain(domain)}${its} lies ${
          roughly(away)
        } times the usual spread away from what was ` +
        `observed (around ${seen}); if both are in the same unit, nothing is known there`,
      ];
    }
    const beyond = Math.max(centre - low, high - centre) / spread;
    if (beyond <= FAR.beyond) return [];
    return [
      `${name}: the domain ${formatDomain(domain)}${its} reaches ${
        roughly(beyond)
      } times the usual spread beyond what was ` +
      `observed (around ${seen}); if both are in the same unit, what is expected at its ends is a guess`,
    ];
  });
}

function roughly(times: number): string {
  return times < 1e6 ? String(Number(times.toPrecision(2))) : times.toExponential(0);
}

function constantNotes({ problem, rows }: Findings): string[] {
  const width = problem.variables.length;
  if (rows.observational.length <= width) return [];
  const constant = problem.variables.map(({ name }) => name).filter((_, v) => isConstant(rows.observational, v, width));
  const still = constant.filter((name) => name !== problem.target);
  const notes: string[] = [];
  if (still.length > 0) {
    notes.push(
      `${listed(still)} never ${still.length === 1 ? "varies" : "vary"} in the rows in which nothing was set: ` +
        "only setting can show what it does",
    );
  }
  if (still.length < constant.length) {
    notes.push(
      `${problem.target} never varies in the rows in which nothing was set: its spread is not known and counts as 1, ` +
        "which every interval rests on",
    );
  }
  return notes;
}

function isConstant(values: Float64Array, variable: number, width: number): boolean {
  for (let at = variable; at < values.length; at += width) if (values[at] !== values[variable]) return false;
  return true;
}

function interventionNotes({ problem, rows }: Findings): string[] {
  const made = rows.interventions.length;
  if (made === 0) {
    return [
      problem.settingColumn === null
        ? `nothing was set in any row: the problem file names no column for it (setting: …)`
        : `nothing was set in any row: column ${problem.settingColumn} is empty; everything rests on observation alone`,
    ];
  }
  if (made <= problem.interventions) return [];
  return [
    `${made} interventions were made, more than the budget of ${problem.interventions}; ` +
    "rows_per_intervention: all in the problem file counts consecutive rows with the same setting as one",
  ];
}

function unusedNotes({ problem, unused }: Findings): string[] {
  if (unused.length === 0) return [];
  const odd = unused.find((name) => /^(set|setting|do|intervention|intervened|target)$/i.test(name));
  const hint = odd !== undefined && problem.settingColumn === null
    ? `; write setting: ${odd} if ${odd} says what was set`
    : "";
  return [`columns that the problem does not name are not used: ${listed(unused)}${hint}`];
}

function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  return more > 0 ? `${names.slice(0, MOST_NAMES).join(", ")} and ${more} more` : names.join(", ");
}
