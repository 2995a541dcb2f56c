/**
 * Reports: figures and tables as plain data, and one self-contained HTML file made of them. `htmlReport` takes the parts
 * (`html/`: Markdown, figures, tables, code, key-value lists); `trainingReport` makes the parts of a training run from its
 * metrics (`training/`), with every claim computed from the numbers; the same data give the same bytes. Notebooks become
 * reports of the same parts (`notebook/`); `show…` are what their cells display with.
 *
 * @module
 */

export { type Axes, intervalFigure, type IntervalRow, lineFigure, type LineSeries, movingMean } from "./figures.ts";
export { formatEstimate, formatInteger, formatNumber, formatP, formatPercent } from "./format.ts";
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
export { adviceText } from "./session/advice_text.ts";
export { simulationReport, stepTable, truthText } from "./session/simulation_report.ts";
export { jobTable, launchText, statusTable, trialTable } from "./sweep_text.ts";
export { theoryText } from "./theory_text.ts";
export { formatTable, TEXT_WIDTH, type TextCell, type TextColumn, textTable } from "./text_table.ts";
export { neutralColour, seriesColours, seriesStyle } from "./theme.ts";
export { trainingReport } from "./training/report.ts";
export { comparisonText } from "./training/text.ts";
export type {
  ComparisonTable,
  Difference,
  FamilyRow,
  MethodRow,
  MetricRow,
  RewardSummary,
  StepCurve,
  StepCurves,
  TrainingReportData,
} from "./training/types.ts";
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
export { notebookReport } from "./notebook/export.ts";
export { installJupyter, jupyterFiles, userJupyter } from "./notebook/lab.ts";
export { withPictures } from "./notebook/pictures.ts";
export { findNotebook, type NotebookResult, type NotebookRun, projectNotebooks, runNotebook } from "./notebook/run.ts";
export { theoryFindings, theoryReport, type TheoryReportData } from "./theory.ts";
export { environmentProvenance, shellCommand } from "./provenance.ts";
export { policyResults } from "./runs/policy.ts";
export { writeRunReport } from "./runs/write.ts";
export { twoPhaseReport, type TwoPhaseReportData, writeTwoPhase } from "./two_phase.ts";
export { studyText } from "./two_phase_text.ts";
export { comparisonReport, comparisonSections } from "./comparison/report.ts";
export {
  comparisonCsv,
  environmentFrame,
  type Frame,
  pairFrame,
  seedFrame,
  summaryFrame,
} from "./comparison/frames.ts";
export { curveFrame, episodeFrame, metricFrame, stepFrame } from "./tidy.ts";
export { evaluationReport, type EvaluationWords, writeEvaluation } from "./evaluation.ts";
export { environmentFigure } from "./comparison/environments.ts";
export { criticalDifferenceFigure } from "./comparison/critical_difference.ts";
export {
  effectFigures,
  learningFigure,
  profileFigure,
  rankFigure,
  regretFigures,
  seedCurvesFigure,
  winsFigure,
} from "./comparison/figures.ts";
export { claims, leadSentence, modelNames, verdictSentences } from "./comparison/sentences.ts";
export { comparisonMarkdown, markdownTable } from "./comparison/markdown.ts";
export { latexTable } from "./comparison/latex.ts";
export { comparisonSummary } from "./comparison/text.ts";
export {
  COMPARISON_FILES,
  type ComparisonWords,
  isCompared,
  shortPath,
  studyReportData,
  writeComparison,
} from "./comparison/write.ts";
export { metricsTable, pairsTable, plannedTable, verdictWords } from "./comparison/tables.ts";
export type { ComparisonReportData, SeedCurves } from "./comparison/types.ts";
export { benchmarksPage } from "./scenarios/benchmarks.ts";
export { scenarioData } from "./scenarios/data.ts";
export {
  type ScenarioHead,
  scenarioMarkdown,
  type ScenarioPage,
  scenarioText,
  writeScenarios,
} from "./scenarios/page.ts";
export { robustnessPage } from "./scenarios/robustness.ts";
export {
  type CommandHelp,
  commandReference,
  configReference,
  type KeySection,
  type PlainTask,
  readHelp,
} from "./reference.ts";
