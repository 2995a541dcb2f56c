/**
 * Reports: figures and tables as plain data, and one self-contained HTML file made of them. `htmlReport` takes the parts
 * (`html/`: Markdown, figures, tables, code, key-value lists); `trainingReport` makes the parts of a training run from its
 * metrics (`training/`), with every claim computed from the numbers. Nothing here reads a clock or a file: the same data
 * give the same bytes.
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
export { neutralColour, seriesColours, seriesStyle } from "./theme.ts";
export { trainingReport } from "./training/report.ts";
export type {
  ComparisonTable,
  Difference,
  FamilyRow,
  MethodRole,
  MethodRow,
  MetricRow,
  StepCurve,
  StepCurves,
  TrainingReportData,
} from "./training/types.ts";
export { type Verdict, verdict } from "./training/sentences.ts";
