/** A page about scenarios as data, and its two forms: Markdown for a file, text for a terminal. */

import { markdownTable } from "../comparison/markdown.ts";
import { join } from "node:path";
import type { OpenedSeeds, PlayedScenario, ScenarioVerdicts } from "../../contest/mod.ts";
import { writeFileAtomic } from "../../runs/mod.ts";
import type { TunedBaselines } from "../../training/mod.ts";
import type { TableBlock } from "../html/blocks.ts";
import { textTable } from "../text_table.ts";
import { scenarioData } from "./data.ts";

/** The parts of a page, the verdict before the numbers. */
export interface ScenarioPage {
  readonly title: string;
  /** The command that makes the page. */
  readonly command: string;
  /** Paragraphs of Markdown. */
  readonly notes: readonly string[];
  /** Sentences that follow from the planned comparisons. */
  readonly findings: readonly string[];
  readonly tables: readonly { readonly heading: string; readonly note?: string; readonly table: TableBlock }[];
}

/** What the pages say of their making. */
export interface ScenarioHead {
  readonly command: string;
  /** The policies that played. */
  readonly seeds: OpenedSeeds;
  /** The settings that the baselines had. */
  readonly tuned: TunedBaselines;
}

/** The page as a Markdown file. */
export function scenarioMarkdown({ title, command, notes, findings, tables }: ScenarioPage): string {
  return [
    `# ${title}`,
    "```sh\n" + command + "\n```",
    findings.map((line) => `- ${line}`).join("\n"),
    ...notes,
    ...tables.flatMap(({ heading, note, table }) => [
      `## ${heading}`,
      ...(note === undefined ? [] : [note]),
      markdownTable(table),
    ]),
  ].join("\n\n") + "\n";
}

/** The verdict and the tables for a terminal. */
export function scenarioText({ title, findings, tables }: ScenarioPage): string {
  const plain = (text: string) => text.replaceAll("**", "").replaceAll("`", "");
  return [
    plain(title),
    findings.map(plain).join("\n"),
    ...tables.map(({ heading, note, table }) =>
      [plain(heading), ...(note === undefined ? [] : [note]), "", textTable(withoutDescriptions(table))].join("\n")
    ),
  ].join("\n\n");
}

/** Descriptions are longer than a terminal's line has room for beside a name. */
function withoutDescriptions(table: TableBlock): TableBlock {
  return { ...table, columns: table.columns.filter(({ key }) => key !== "description") };
}

/** Writes a page and its numbers into a folder; returns their paths. */
export function writeScenarios(
  folder: string,
  name: string,
  page: ScenarioPage,
  played: readonly PlayedScenario[],
  verdicts: ScenarioVerdicts,
): readonly string[] {
  Deno.mkdirSync(folder, { recursive: true });
  const [markdown, json] = [join(folder, `${name}.md`), join(folder, `${name}.json`)];
  writeFileAtomic(markdown, scenarioMarkdown(page));
  writeFileAtomic(json, `${JSON.stringify(scenarioData(page.command, played, verdicts))}\n`);
  return [markdown, json];
}
