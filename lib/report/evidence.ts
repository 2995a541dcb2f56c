/** What protocols of others gave, published figures beside ours: a page, and its files. */

import { join } from "node:path";
import { agreement, type EvidenceRow, type EvidenceTable, type Protocol } from "../evidence/mod.ts";
import { writeFileAtomic } from "../runs/mod.ts";
import { formatNumber } from "./format.ts";
import type { TableBlock } from "./html/blocks.ts";
import { scenarioHtml, scenarioMarkdown, type ScenarioPage } from "./scenarios/page.ts";

/** A protocol that was run. */
export interface PlayedProtocol {
  readonly protocol: Protocol;
  readonly tables: readonly EvidenceTable[];
  readonly seed: number;
  readonly small: boolean;
  /** What repeats it. */
  readonly command: string;
}

/** The page of one protocol: what agrees, then the tables. */
export function evidencePage({ protocol, tables, small, command }: PlayedProtocol): ScenarioPage {
  return {
    title: protocol.title,
    command,
    notes: [
      protocol.source + ".",
      ...protocol.notes,
      ...(small ? ["**Made with `--small`: these numbers only show that the protocol runs.**"] : []),
    ],
    findings: tables.flatMap((table) => findings(table, small)),
    tables: tables.map((table) => ({
      heading: table.heading,
      ...(table.note === undefined ? {} : { note: table.note }),
      table: tableBlock(table, small),
    })),
  };
}

/** One sentence for counts that are compared exactly, and one for each estimate that says something. */
function findings({ heading, digits, rows }: EvidenceTable, small: boolean): readonly string[] {
  const exact = rows.filter((row) => ["equal", "unequal"].includes(agreement(row) ?? ""));
  const unequal = exact.filter((row) => agreement(row) === "unequal").map(({ what }) => what);
  const counted = exact.length === 0 ? [] : [
    unequal.length === 0
      ? `${heading}: all ${exact.length} numbers equal the published ones.`
      : `${heading}: ${unequal.length} of ${exact.length} numbers differ from the published ones (${
        unequal.join(", ")
      }).`,
  ];
  const estimated = small ? [] : rows.filter((row) => !exact.includes(row) && agreement(row) !== null);
  return [...counted, ...estimated.map((row) => `${heading}: ${sentence(row, digits)}`)];
}

function sentence(row: EvidenceRow, digits: number): string {
  const { what, published, ours } = row;
  if (published === null || ours === null) throw new RangeError(`${what}: one of the two figures is missing`);
  const relation = { above: "is above", below: "is below", "not told apart": "cannot be told from" };
  const found = agreement(row);
  if (found === null || !(found in relation)) throw new RangeError(`${what} is exact`);
  const { low = NaN, high = NaN } = ours;
  return `**${what}** with ${formatNumber(ours.value, digits)} [${formatNumber(low, digits)}, ${
    formatNumber(high, digits)
  }] ` +
    `${relation[found as keyof typeof relation]} the published ${publishedText(row, digits)}.`;
}

/** "8.91 ± 0.04 (ALINE)" */
function publishedText({ published }: EvidenceRow, digits: number): string {
  if (published === null) return "";
  const spread = published.spread === undefined ? "" : ` ± ${formatNumber(published.spread, digits)}`;
  return `${formatNumber(published.value, digits)}${spread}${published.of === undefined ? "" : ` (${published.of})`}`;
}

function tableBlock({ about, digits, rows }: EvidenceTable, small: boolean): TableBlock {
  return {
    kind: "table",
    columns: [
      { key: "what", label: about },
      { key: "published", label: "published", align: "right" },
      { key: "ours", label: "ours", align: "right", digits },
      { key: "agreement", label: "ours is" },
    ],
    rows: rows.map((row) => ({
      what: row.what,
      published: row.published === null ? null : publishedText(row, digits),
      ours: row.ours,
      agreement: small && row.ours?.low !== undefined ? null : agreement(row),
    })),
  };
}

/**
 * Writes a protocol's numbers as JSON, its page as Markdown and, unless it is to be published, as a report; returns their paths.
 */
export async function writeEvidence(
  folder: string,
  played: PlayedProtocol,
  report: boolean,
): Promise<readonly string[]> {
  const { protocol: { name, title, source }, tables, seed, small, command } = played;
  const page = evidencePage(played);
  const file = (extension: string) => join(folder, `${name}.${extension}`);
  const html = report ? [[file("html"), await scenarioHtml(page)] as const] : [];
  const files = [
    [file("md"), scenarioMarkdown(page)] as const,
    [file("json"), `${JSON.stringify({ name, title, source, command, seed, small, tables }, null, 1)}\n`] as const,
    ...html,
  ];
  Deno.mkdirSync(folder, { recursive: true });
  files.forEach(([path, text]) => writeFileAtomic(path, text));
  return files.map(([path]) => path);
}
