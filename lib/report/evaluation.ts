/** The report and files of an evaluation: policies and baselines on the same problems. */

import { join } from "node:path";
import { comparisonRow, type PolicyComparison } from "../contest/mod.ts";
import { formatJson, writeFileAtomic } from "../runs/mod.ts";
import { csvOf, summaryFrame } from "./comparison/frames.ts";
import type { Provenance } from "./html/blocks.ts";
import { htmlReport } from "./html/page.ts";
import { curveFrame, episodeFrame } from "./tidy.ts";
import { comparedData } from "./training/compared.ts";
import { comparedSections } from "./training/report.ts";
import { comparisonSentences } from "./training/sentences.ts";

/** What an evaluation is called and where it comes from. */
export interface EvaluationWords {
  readonly title: string;
  /** What the problems are, e.g. "linear, 10 variables". */
  readonly problems: string;
  readonly provenance: Provenance;
}

/** An evaluation as one self-contained HTML file, the verdict first. */
export async function evaluationReport(comparison: PolicyComparison, words: EvaluationWords): Promise<string> {
  const data = comparedData(comparison, words.problems);
  const { problems, scms } = comparison;
  const verdict = comparisonSentences(data.comparison, data.differences);
  return await htmlReport({
    title: words.title,
    subtitle: problems === scms ? `${problems} held-out SCMs` : `${problems} episodes on ${scms} SCMs`,
    sections: [
      ...(verdict.length === 0 ? [] : [{
        heading: "Verdict",
        blocks: verdict.map((text) => ({ kind: "markdown" as const, text })),
      }]),
      ...comparedSections(data),
    ],
    provenance: words.provenance,
  });
}

/** Writes the report, every metric as JSON, and tables for other programs. Returns the path of the report. */
export async function writeEvaluation(
  folder: string,
  comparison: PolicyComparison,
  words: EvaluationWords,
): Promise<string> {
  Deno.mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => writeFileAtomic(join(folder, name), text);
  write("methods.csv", csvOf(summaryFrame(comparison.methods)));
  write("episodes.csv", csvOf(episodeFrame(comparison.methods)));
  write("curves.csv", csvOf(curveFrame(comparison.methods)));
  write("comparison.json", formatJson(comparisonRow(comparison)));
  write("report.html", await evaluationReport(comparison, words));
  return join(folder, "report.html");
}
