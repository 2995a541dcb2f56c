/** A page about scenarios as data, and its two forms: Markdown for a file, text for a terminal. */

import { markdownTable } from "../comparison/markdown.ts";
import { join } from "node:path";
import type { OpenedSeeds, PlayedScenario, ScenarioVerdicts } from "../../contest/mod.ts";
import { writeFileAtomic } from "../../runs/mod.ts";
import type { TunedBaselines } from "../../training/mod.ts";
import type { TableBlock } from "../html/blocks.ts";
import { htmlReport } from "../html/page.ts";
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

/** The page as one self-contained HTML file. A heading there has no code marks. */
export function scenarioHtml({ title, command, notes, findings, tables }: ScenarioPage): Promise<string> {
  const markdown = (text: string) => ({ kind: "markdown", text }) as const;
  return htmlReport({
    title: title.replaceAll("`", ""),
    sections: [
      { blocks: [markdown(findings.map((line) => `- ${line}`).join("\n")), ...notes.map(markdown)] },
      ...tables.map(({ heading, note, table }) => ({
        heading,
        blocks: [...(note === undefined ? [] : [markdown(note)]), table],
      })),
    ],
    provenance: { command },
  });
}

/** Where a page goes: a folder, and the name of its files there. */
export interface ScenarioFiles {
  readonly folder: string;
  readonly name: string;
  /** Whether an HTML page stands beside the Markdown; published tables are Markdown alone. */
  readonly html: boolean;
}

/** Writes a page and its numbers into a folder; returns their paths. */
export async function writeScenarios(
  { folder, name, html }: ScenarioFiles,
  page: ScenarioPage,
  played: readonly PlayedScenario[],
  verdicts: ScenarioVerdicts,
): Promise<readonly string[]> {
  Deno.mkdirSync(folder, { recursive: true });
  const path = (ending: string) => join(folder, `${name}.${ending}`);
  writeFileAtomic(path("md"), scenarioMarkdown(page));
  writeFileAtomic(path("json"), `${JSON.stringify(scenarioData(page.command, played, verdicts))}\n`);
  if (html) writeFileAtomic(path("html"), await scenarioHtml(page));
  return [path("md"), path("json"), ...(html ? [path("html")] : [])];
}
