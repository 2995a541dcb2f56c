/** What is missing from Deno's account of a failed cell: the line of the cell, and the reason where it gives none. */

import type { Json } from "./kernel/message.ts";
import { withoutAnsi } from "./outputs.ts";

/**
 * An error's content with the line of the cell where it arose at the end of its traceback. Deno calls every cell
 * `<anonymous>`, and the outermost frame of that name belongs to the cell that ran; it counts lines from the first that is
 * not empty.
 */
export function withSourceLine(content: Json, source: string): Json {
  const traceback = Array.isArray(content.traceback) ? content.traceback.map(String) : [];
  const frame = traceback.findLast((line) => /<anonymous>:\d+:\d+/.test(line));
  const counted = frame === undefined ? undefined : /<anonymous>:(\d+):\d+/.exec(frame)?.[1];
  const message = traceback.filter((line) => line !== "").length === 0
    ? [`${content.ename}: ${content.evalue}`]
    : traceback;
  if (counted === undefined) return { ...content, traceback: message };
  const skipped = /^\s*/.exec(source)?.[0].split("\n").length ?? 1;
  const number = Number(counted) + skipped - 1;
  const line = source.split("\n")[number - 1];
  return {
    ...content,
    traceback: line === undefined ? message : [...message, "", `line ${number} of the cell: ${line.trim()}`],
  };
}

/**
 * An error's content for a cell of which the kernel said only that it failed: the parser's message, or else the imports.
 * The parser is that of `deno fmt`, which reads the cell without running it.
 */
export async function explainFailure(source: string, deno: string): Promise<Json> {
  const process = new Deno.Command(deno, {
    args: ["fmt", "--no-config", "--ext=ts", "-"],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(source));
  await writer.close();
  const { success, stderr } = await process.output();
  if (!success) {
    const words = withoutAnsi(new TextDecoder().decode(stderr));
    const reason = /SyntaxError: (.*)/.exec(words)?.[1] ?? words.trim();
    const excerpt = words.split("\n").filter((line) => /^\s*\d*\s*\|/.test(line));
    const place = /:(\d+):(\d+)\s*$/m.exec(words);
    const where = place === null ? [] : [`line ${place[1]}, column ${place[2]} of the cell`];
    return { ename: "SyntaxError", evalue: reason, traceback: [`SyntaxError: ${reason}`, ...excerpt, ...where] };
  }
  const imports = [...source.matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g)].map((match) => match[1] ?? "");
  const evalue = imports.length === 0
    ? "the kernel could not run the cell and gives no reason"
    : `the kernel could not load one of the cell's imports: ${imports.join(", ")}`;
  return { ename: "Error", evalue, traceback: [`Error: ${evalue}`] };
}
