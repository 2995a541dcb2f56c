/** A notebook that has been run, as the parts of a report. */

import { z } from "zod";
import { type Block, blockMime, type Provenance, type Report, type Section } from "../html/blocks.ts";
import { codeLanguage } from "../html/code.ts";
import { figureIn } from "./figure.ts";
import { joined, type Notebook, type NotebookCell, notebookLanguage, type Output, tagsOf } from "../../notebook/mod.ts";

/**
 * The report of a notebook: its first heading is the title, headings of level 2 and 3 in Markdown cells begin sections,
 * code is folded save that of the parameters and of cells that failed, and of each output the richest form is shown. Tags:
 * `hide-input`, `hide-output`, `hide-cell` leave those parts out.
 */
export function notebookReport(notebook: Notebook, name: string, provenance: Provenance): Report {
  const language = codeLanguage(notebookLanguage(notebook));
  const sections: { heading?: string; level?: 2 | 3; blocks: Block[] }[] = [{ blocks: [] }];
  let title: string | undefined;
  const push = (block: Block) => sections.at(-1)?.blocks.push(block);
  for (const cell of notebook.cells) {
    const tags = tagsOf(cell);
    if (tags.includes("hide-cell")) continue;
    if (cell.cell_type === "raw") continue;
    if (cell.cell_type === "markdown") {
      for (const part of splitAtHeadings(joined(cell.source))) {
        if (part.level === 1 && title === undefined) title = part.heading;
        else if (part.level === 2 || part.level === 3) {
          sections.push({ heading: part.heading, level: part.level, blocks: [] });
        } else if (part.heading !== "") push({ kind: "markdown", text: `${"#".repeat(part.level)} ${part.heading}` });
        if (part.text !== "") push({ kind: "markdown", text: withAttachments(part.text, cell) });
      }
      continue;
    }
    const code = joined(cell.source);
    if (!tags.includes("hide-input") && code.trim() !== "") {
      const count = cell.execution_count === null ? "" : ` [${cell.execution_count}]`;
      const failed = cell.outputs.some(({ output_type }) => output_type === "error");
      const open = failed || tags.includes("parameters") || tags.includes("injected-parameters");
      push({ kind: "code", code, language, title: `Code${count}`, folded: !open });
    }
    if (!tags.includes("hide-output")) cell.outputs.flatMap(outputBlocks).forEach(push);
  }
  const filled: Section[] = sections.filter((section) => section.heading !== undefined || section.blocks.length > 0);
  return { title: title ?? name, sections: filled, provenance };
}

interface Part {
  readonly level: number;
  readonly heading: string;
  readonly text: string;
}

/** Markdown cut before each heading outside fenced code. */
function splitAtHeadings(text: string): Part[] {
  const parts: { level: number; heading: string; lines: string[] }[] = [{ level: 0, heading: "", lines: [] }];
  let fence: string | undefined;
  for (const line of text.split("\n")) {
    const mark = /^\s{0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined) fence = fence === undefined ? mark : line.trim().startsWith(fence) ? undefined : fence;
    const heading = fence === undefined ? /^(#{1,6})\s+(.*?)\s*#*\s*$/.exec(line) : null;
    if (heading === null) parts.at(-1)?.lines.push(line);
    else parts.push({ level: heading[1]?.length ?? 1, heading: heading[2] ?? "", lines: [] });
  }
  return parts.map(({ level, heading, lines }) => ({ level, heading, text: lines.join("\n").trim() }))
    .filter(({ heading, text }) => heading !== "" || text !== "");
}

/** Pictures that the cell carries, as data URIs in place of `attachment:` addresses. */
function withAttachments(text: string, cell: NotebookCell): string {
  const attachments = cell.cell_type === "code" ? undefined : cell.attachments;
  return Object.entries(attachments ?? {}).reduce((done, [file, value]) => {
    const bundle = z.record(z.string(), z.string()).safeParse(value);
    const [mime, base64] = Object.entries(bundle.success ? bundle.data : {})[0] ?? [];
    return mime === undefined ? done : done.replaceAll(`attachment:${file}`, `data:${mime};base64,${base64}`);
  }, text);
}

const estimate = z.strictObject({
  value: z.number().nullable().transform((value) => value ?? NaN),
  low: z.number().exactOptional(),
  high: z.number().exactOptional(),
});
const tableJson = z.strictObject({
  kind: z.literal("table"),
  columns: z.array(z.strictObject({
    key: z.string(),
    label: z.string(),
    align: z.enum(["left", "right", "center"]).exactOptional(),
    digits: z.number().int().exactOptional(),
    format: z.enum(["number", "percent", "integer", "p", "maths"]).exactOptional(),
    better: z.enum(["higher", "lower"]).exactOptional(),
  })),
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null(), estimate]))),
  caption: z.string().exactOptional(),
  emphasised: z.array(z.number().int()).exactOptional(),
  ranked: z.array(z.number().int()).exactOptional(),
});
const pictures = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"] as const;

function outputBlocks(output: Output): Block[] {
  if (output.output_type === "stream") return [{ kind: "output", stream: output.name, text: joined(output.text) }];
  if (output.output_type === "error") return [{ kind: "output", stream: "error", text: output.traceback.join("\n") }];
  const { data } = output;
  const text = (mime: string): string | undefined => {
    const value = z.union([z.string(), z.array(z.string())]).safeParse(data[mime]);
    return value.success ? joined(value.data) : undefined;
  };
  const figure = figureIn(data);
  if (figure !== undefined) return [figure];
  const own = tableJson.safeParse(data[blockMime]);
  if (own.success) return [own.data];
  const html = text("text/html");
  if (html !== undefined) return [{ kind: "html", html }];
  const markdown = text("text/markdown");
  if (markdown !== undefined) return [{ kind: "markdown", text: markdown }];
  const latex = text("text/latex");
  if (latex !== undefined) return [{ kind: "markdown", text: latex }];
  const plain = text("text/plain");
  for (const mime of pictures) {
    const picture = text(mime);
    if (picture === undefined) continue;
    const base64 = mime === "image/svg+xml" ? new TextEncoder().encode(picture).toBase64() : picture;
    return [{ kind: "image", mime, base64, alt: plain ?? "picture" }];
  }
  if (data["application/json"] !== undefined) {
    return [{ kind: "code", code: JSON.stringify(data["application/json"], null, 2), language: "json", title: "JSON" }];
  }
  return plain === undefined ? [] : [{ kind: "output", stream: "stdout", text: plain }];
}
