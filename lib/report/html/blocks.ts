/** The parts that a report is made of: plain data, so that a report can be built, tested and compared without a browser. */

import type { Data, Layout } from "plotly.js-dist-min";

/** The MIME type under which a notebook's output carries a block for the report beside the forms that Jupyter shows. */
export const blockMime = "application/vnd.causal-grpo.block+json";

/** A number with its 95 % interval; an interval that is not known is left out. */
export interface Estimate {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/** What a table cell can hold: `null` is shown as a dash. */
export type Cell = string | number | Estimate | null;

/** How a column of a table is shown. */
export interface Column {
  /** The rows' property. */
  readonly key: string;
  readonly label: string;
  /** Default: numbers to the right, text to the left (decided by the column's first filled cell). */
  readonly align?: "left" | "right" | "center";
  /** Decimals of a number; default 3, for `percent` 1. */
  readonly digits?: number;
  /**
   * `number` (default), `percent` (0.25 is shown as 25.0 %), `integer`, `p` (a p-value: "< 0.001"), or `maths` (text is a LaTeX
   * formula).
   */
  readonly format?: "number" | "percent" | "integer" | "p" | "maths";
  /** Which end of the column is good: the best cell among the rows that `ranked` names is set bold. */
  readonly better?: "higher" | "lower";
}

/** A sortable table. */
export interface TableBlock {
  readonly kind: "table";
  readonly columns: readonly Column[];
  readonly rows: readonly Readonly<Record<string, Cell>>[];
  readonly caption?: string;
  /** Indices of rows that are set on a tinted ground. */
  readonly emphasised?: readonly number[];
  /** Indices of the rows that compete for "best" (default: all). */
  readonly ranked?: readonly number[];
}

/** Markdown with maths between `$` or `$$`. Raw HTML in it is shown as text. */
export interface MarkdownBlock {
  readonly kind: "markdown";
  readonly text: string;
}

/** A Plotly figure as data; the report draws it with the smallest bundle that knows its trace types. */
export interface FigureBlock {
  readonly kind: "figure";
  readonly data: readonly Data[];
  readonly layout?: Partial<Layout>;
  /** One line above the figure. */
  readonly title?: string;
  /** Markdown below the figure. */
  readonly caption?: string;
  /** Height in CSS pixels, default 380. */
  readonly height?: number;
}

/** Highlighted code that can be folded away. */
export interface CodeBlock {
  readonly kind: "code";
  readonly code: string;
  readonly language: CodeLanguage;
  /** The line that stays visible when the code is folded. */
  readonly title?: string;
  /** Folded when the page opens; default false. */
  readonly folded?: boolean;
}

/** The languages that code is highlighted for. */
export type CodeLanguage = "typescript" | "javascript" | "yaml" | "json" | "shell" | "text";

/** Named values: `tiles` for a few headline numbers, `list` for settings and facts. */
export interface KeyValueBlock {
  readonly kind: "keyValues";
  readonly appearance: "tiles" | "list";
  readonly items: readonly {
    readonly label: string;
    readonly value: Cell;
    readonly digits?: number;
    readonly note?: string;
  }[];
}

/** Text as a program printed it; ANSI colours are removed. */
export interface OutputBlock {
  readonly kind: "output";
  readonly stream: "stdout" | "stderr" | "error";
  readonly text: string;
}

/** HTML that a cell displayed. It is reduced to safe elements before it enters the page. */
export interface HtmlBlock {
  readonly kind: "html";
  readonly html: string;
}

/** A picture, base64 encoded. */
export interface ImageBlock {
  readonly kind: "image";
  readonly mime: "image/png" | "image/jpeg" | "image/gif" | "image/webp" | "image/svg+xml";
  readonly base64: string;
  readonly alt: string;
}

/** Blocks side by side where the page is wide enough. */
export interface GridBlock {
  readonly kind: "grid";
  readonly blocks: readonly Block[];
}

/** Anything that a section can contain. */
export type Block =
  | MarkdownBlock
  | FigureBlock
  | TableBlock
  | CodeBlock
  | KeyValueBlock
  | OutputBlock
  | HtmlBlock
  | ImageBlock
  | GridBlock;

/** A heading with what follows it (without one, what stands before the first); level 3 stands under the level 2 before it. */
export interface Section {
  readonly heading?: string;
  readonly level?: 2 | 3;
  readonly blocks: readonly Block[];
}

/** Where a report comes from: enough to make it again. */
export interface Provenance {
  /** The command that repeats it. */
  readonly command?: string;
  readonly seed?: number | string;
  readonly commit?: string;
  /** The resolved configuration, shown as YAML. */
  readonly config?: unknown;
  readonly versions?: Readonly<Record<string, string>>;
  /** Anything else worth knowing (backend, processor, run folder …). */
  readonly facts?: Readonly<Record<string, string>>;
}

/** A whole report. */
export interface Report {
  readonly title: string;
  readonly subtitle?: string;
  readonly sections: readonly Section[];
  readonly provenance?: Provenance;
}
