/** Notebook files: nbformat 4 (nbformat.readthedocs.io, "The Notebook file format"), read strictly and written reproducibly. */

import { z } from "zod";

/** The kernel's name in notebooks and folders. */
export const kernelName = "causal-grpo";

const text = z.union([z.string(), z.array(z.string())]);
const metadata = z.record(z.string(), z.unknown());
const bundle = z.record(z.string(), z.unknown());

const output = z.discriminatedUnion("output_type", [
  z.strictObject({ output_type: z.literal("stream"), name: z.enum(["stdout", "stderr"]), text }),
  z.strictObject({ output_type: z.literal("display_data"), data: bundle, metadata }),
  z.strictObject({
    output_type: z.literal("execute_result"),
    execution_count: z.number().int().nullable(),
    data: bundle,
    metadata,
  }),
  z.strictObject({
    output_type: z.literal("error"),
    ename: z.string(),
    evalue: z.string(),
    traceback: z.array(z.string()),
  }),
]);

const id = z.string().regex(/^[a-zA-Z0-9-_]{1,64}$/);

const cell = z.discriminatedUnion("cell_type", [
  z.strictObject({ cell_type: z.literal("markdown"), id, metadata, source: text, attachments: metadata.optional() }),
  z.strictObject({ cell_type: z.literal("raw"), id, metadata, source: text, attachments: metadata.optional() }),
  z.strictObject({
    cell_type: z.literal("code"),
    id,
    metadata,
    source: text,
    execution_count: z.number().int().nullable().default(null),
    outputs: z.array(output).default([]),
  }),
]);

const notebook = z.strictObject({
  nbformat: z.literal(4),
  nbformat_minor: z.number().int(),
  metadata,
  cells: z.array(cell),
}).refine(({ cells }) => new Set(cells.map((one) => one.id)).size === cells.length, "two cells have the same id");

/** What has to be known before the rest can be read. */
const version = z.looseObject({
  nbformat: z.number().int(),
  nbformat_minor: z.number().int().min(0).default(0),
  cells: z.array(z.record(z.string(), z.unknown())).optional(),
});

/** The minor version that gives cells their ids. */
const WITH_IDS = 5;

/** A notebook. */
export type Notebook = z.infer<typeof notebook>;
/** One of its cells. */
export type NotebookCell = Notebook["cells"][number];
/** A cell that is run. */
export type CodeCell = Extract<NotebookCell, { cell_type: "code" }>;
/** What a code cell shows. */
export type Output = CodeCell["outputs"][number];

/** A file that is no notebook. */
export class NotebookError extends Error {
  override readonly name = "NotebookError";
}

/**
 * A notebook from its file's text. One of nbformat 4.0 to 4.4, whose cells have no ids, is read as the 4.5 that Jupyter
 * would write.
 * @param name the file, for the message
 * @throws NotebookError that names the place of the first fault
 */
export function parseNotebook(json: string, name: string): Notebook {
  let value: unknown;
  try {
    value = JSON.parse(json.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new NotebookError(`${name} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const head = version.safeParse(value);
  if (head.success && head.data.nbformat !== 4) {
    throw new NotebookError(
      `${name} is of nbformat ${head.data.nbformat}, and 4 is read here: open it in Jupyter and save it`,
    );
  }
  const parsed = notebook.safeParse(head.success ? withIds(head.data) : value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new NotebookError(`${name} is no notebook of nbformat 4: ${issue?.path.join(".")}: ${issue?.message}`);
}

/** Every cell that has no id gets one from its place. */
function withIds(value: z.infer<typeof version>): unknown {
  const taken = new Set(value.cells?.map((one) => one.id));
  const cells = value.cells?.map((one, place) => {
    if (one.id !== undefined) return one;
    const own = [`cell-${place + 1}`, `cell-${place + 1}-without-id`].find((candidate) => !taken.has(candidate));
    return { ...one, id: own };
  });
  return { ...value, cells, nbformat_minor: Math.max(value.nbformat_minor, WITH_IDS) };
}

/**
 * A notebook as Jupyter writes it: sources as lines, keys sorted, one space of indent, a newline at the end. Equal
 * notebooks give equal bytes.
 */
export function formatNotebook(value: Notebook): string {
  const cells = value.cells.map((one) => ({ ...one, source: splitLines(joined(one.source)) }));
  return `${JSON.stringify(sorted({ ...value, cells }), null, 1)}\n`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([key, item]) => [key, sorted(item)]),
  );
}

/** Text that a file may hold as one string or as lines. */
export function joined(lines: string | readonly string[]): string {
  return typeof lines === "string" ? lines : lines.join("");
}

/** Text as the lines that Jupyter stores, each with its line break. */
export function splitLines(whole: string): string[] {
  return whole.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

/** The tags of a cell. */
export function tagsOf({ metadata }: NotebookCell): readonly string[] {
  return Array.isArray(metadata.tags) ? metadata.tags.filter((tag) => typeof tag === "string") : [];
}

/** The notebook without anything that running it has left. */
export function withoutOutputs(value: Notebook): Notebook {
  return {
    ...value,
    cells: value.cells.map((one) => one.cell_type === "code" ? { ...one, execution_count: null, outputs: [] } : one),
  };
}

const kernel = z.object({ name: z.string().optional(), language: z.string().optional() });

/** The language of a notebook's code, "unknown" if it does not say. */
export function notebookLanguage({ metadata }: Notebook): string {
  const named = z.object({ name: z.string() }).safeParse(metadata.language_info);
  return named.success ? named.data.name : "unknown";
}

/**
 * Deno runs TypeScript and JavaScript; a notebook that does not say what it is written in is taken for that.
 * @throws NotebookError for a notebook of another language
 */
export function checkLanguage(value: Notebook): void {
  const spec = kernel.safeParse(value.metadata.kernelspec);
  const { language, name } = spec.success ? spec.data : {};
  const written = language ?? (value.metadata.language_info === undefined ? undefined : notebookLanguage(value));
  if (written === undefined ? [undefined, "deno", kernelName].includes(name) : /^(type|java)script$/i.test(written)) {
    return;
  }
  throw new NotebookError(
    `the notebook is written for ${name === undefined ? "a kernel" : `the kernel ${name}`}` +
      `${written === undefined ? "" : ` (${written})`}; here run TypeScript and JavaScript, in a kernel of Deno's`,
  );
}
