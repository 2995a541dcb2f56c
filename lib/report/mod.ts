/**
 * Reports: figures and tables as plain data, and one self-contained HTML file made of them. `htmlReport` takes the parts
 * (`html/`: Markdown, figures, tables, code, key-value lists); `trainingReport` makes the parts of a training run from its
 * metrics (`training/`), with every claim computed from the numbers; the same data give the same bytes. Notebooks become
 * reports of the same parts (`notebook/`); `show…` are what their cells display with.
 *
 * @module
 */

export { type Axes, lineFigure, type LineSeries, movingMean } from "./figures.ts";
export { formatEstimate, formatInteger, formatNumber, formatPercent } from "./format.ts";
export type {
  Block,
  Cell,
  CodeBlock,
  Column,
  Estimate,
  FigureBlock,
  GridBlock,
  HtmlBlock,
  ImageBlock,
  KeyValueBlock,
  MarkdownBlock,
  OutputBlock,
  Provenance,
  Report,
  Section,
  TableBlock,
} from "./html/blocks.ts";
export { htmlReport } from "./html/page.ts";
export { edgeCount, scmPage, scmText } from "./scm.ts";
export { adviceText } from "./session/advice_text.ts";
export { campaignAnswerText, eventText, plannedText, runningText } from "./session/campaign_text.ts";
export { simulationReport, stepTable, truthText } from "./session/simulation_report.ts";
export { durationText, runDifferences, runTable } from "./runs_text.ts";
export { jobTable, launchText, statusTable, trialTable } from "./sweep_text.ts";
export { surrogateText } from "./surrogate_text.ts";
export { theoryText } from "./theory_text.ts";
export { formatTable, type TextCell, type TextColumn } from "./text_table.ts";
export { neutralColour, seriesColours, seriesStyle } from "./theme.ts";
export { comparisonText } from "./training/text.ts";
export type { MetricRow } from "./training/types.ts";
export { validationReport, type ValidationReportData } from "./validation.ts";
export {
  type Displayable,
  type LiveDisplay,
  showFigure,
  showLive,
  showProgress,
  showRows,
  showTable,
  stopSignal,
} from "./notebook/display.ts";
export { installJupyter, userJupyter } from "./notebook/lab.ts";
export { withPictures } from "./notebook/pictures.ts";
export { findNotebook, type NotebookResult, type NotebookRun, projectNotebooks, runNotebook } from "./notebook/run.ts";
export { evidencePage, type PlayedProtocol, writeEvidence } from "./evidence.ts";
export { environmentProvenance } from "./provenance.ts";
export { policyResults } from "./runs/policy.ts";
export { writeRunReport } from "./runs/write.ts";
export { writeTwoPhase } from "./two_phase.ts";
export { studyText } from "./two_phase_text.ts";
export { type Frame, seedFrame, summaryFrame } from "./comparison/frames.ts";
export { beliefFrame, curveFrame, episodeFrame, framesOf, metricFrame, type PlayedFrames, stepFrame } from "./tidy.ts";
export { type EvaluationWords, writeEvaluation } from "./evaluation.ts";
export { criticalDifferenceFigure } from "./comparison/critical_difference.ts";
export { effectFigures, profileFigure, rankFigure, regretFigures, winsFigure } from "./comparison/figures.ts";
export { leadSentence, verdictSentences } from "./comparison/sentences.ts";
export { comparisonSummary } from "./comparison/text.ts";
export {
  COMPARISON_FILES,
  type ComparisonWords,
  isCompared,
  shortPath,
  studyReportData,
  writeComparison,
} from "./comparison/write.ts";
export { pairsTable, plannedTable } from "./comparison/tables.ts";
export type { ComparisonReportData, SeedCurves } from "./comparison/types.ts";
export { benchmarksPage } from "./scenarios/benchmarks.ts";
export { type ScenarioHead, type ScenarioPage, scenarioText, writeScenarios } from "./scenarios/page.ts";
export { robustnessPage } from "./scenarios/robustness.ts";
export type { CommandHelp, PlainTask } from "./reference.ts";
export { projectTasks, referencePages } from "./reference_pages.ts";
