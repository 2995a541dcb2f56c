/** What cells publish, collected as the outputs that a notebook stores. */

import type { Published } from "./kernel/client.ts";
import type { Json } from "./kernel/message.ts";
import { type Output, splitLines } from "./nbformat.ts";

/** Where the outputs of a notebook's run gather. */
export interface OutputCollector {
  /** Takes one publication of the cell at `cell`. */
  add(cell: number, published: Published): void;
  /** The outputs of a cell as they stand. */
  outputs(cell: number): Output[];
}

interface Stream {
  readonly kind: "stream";
  readonly name: "stdout" | "stderr";
  /** Joined when read: appending to one long text for each printed line would take quadratic time. */
  readonly chunks: string[];
}

interface Shown {
  readonly kind: "shown";
  output: Exclude<Output, { output_type: "stream" }>;
  readonly displayId: string | undefined;
}

/** A collector for any number of cells. Displays with an id are updated wherever in the notebook they stand. */
export function outputCollector(): OutputCollector {
  const cells = new Map<number, (Stream | Shown)[]>();
  const clearNext = new Set<number>();
  const itemsOf = (cell: number) => cells.get(cell) ?? cells.set(cell, []).get(cell) ?? [];

  const append = (cell: number, item: Stream | Shown) => {
    if (clearNext.delete(cell)) itemsOf(cell).length = 0;
    const last = itemsOf(cell).at(-1);
    if (item.kind === "stream" && last?.kind === "stream" && last.name === item.name) last.chunks.push(...item.chunks);
    else itemsOf(cell).push(item);
  };

  return {
    add(cell, { type, content }) {
      const displayId = idOf(content);
      switch (type) {
        case "stream":
          append(cell, {
            kind: "stream",
            name: content.name === "stderr" ? "stderr" : "stdout",
            chunks: [String(content.text)],
          });
          break;
        case "display_data":
          append(cell, { kind: "shown", displayId, output: { output_type: "display_data", ...bundleOf(content) } });
          break;
        case "execute_result":
          append(cell, {
            kind: "shown",
            displayId,
            output: {
              output_type: "execute_result",
              execution_count: Number(content.execution_count),
              ...bundleOf(content),
            },
          });
          break;
        case "error":
          append(cell, { kind: "shown", displayId: undefined, output: errorOutput(content) });
          break;
        case "update_display_data":
          for (const item of [...cells.values()].flat()) {
            if (item.kind !== "shown" || displayId === undefined || item.displayId !== displayId) continue;
            if (item.output.output_type !== "error") item.output = { ...item.output, ...bundleOf(content) };
          }
          break;
        case "clear_output":
          if (content.wait === true) clearNext.add(cell);
          else itemsOf(cell).length = 0;
      }
    },
    outputs: (cell) =>
      itemsOf(cell).map((item) =>
        item.kind === "shown"
          ? item.output
          : { output_type: "stream", name: item.name, text: splitLines(item.chunks.join("")) }
      ),
  };
}

/** An `error` message's content as an output. */
export function errorOutput(content: Json): Extract<Output, { output_type: "error" }> {
  const lines = Array.isArray(content.traceback) ? content.traceback.map(String).filter((line) => line !== "") : [];
  return {
    output_type: "error",
    ename: String(content.ename ?? "Error"),
    evalue: String(content.evalue ?? ""),
    traceback: lines,
  };
}

function idOf(content: Json): string | undefined {
  const transient = content.transient;
  if (typeof transient !== "object" || transient === null || !("display_id" in transient)) return undefined;
  return typeof transient.display_id === "string" ? transient.display_id : undefined;
}

function bundleOf(content: Json): { data: Record<string, unknown>; metadata: Record<string, unknown> } {
  const data = objectOf(content.data);
  const stored = Object.entries(data).map(([mime, value]) => [mime, storedForm(mime, value)]);
  return { data: Object.fromEntries(stored), metadata: objectOf(content.metadata) };
}

/** Text as lines, JSON as it is, base64 as one string. */
function storedForm(mime: string, value: unknown): unknown {
  if (typeof value !== "string" || !/^text\/|\+xml$/.test(mime)) return value;
  return splitLines(value);
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

const ansiSequence = new RegExp(String.raw`[\u001b\u009b]\[[0-?]*[ -/]*[@-~]`, "g");

/** Text without terminal colour and cursor sequences. */
export function withoutAnsi(text: string): string {
  return text.replace(ansiSequence, "");
}
