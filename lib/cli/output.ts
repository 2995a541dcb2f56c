/** Printing. Only the commands print; everything else returns values. */

const encoder = new TextEncoder();

/** Prints a line to the standard output. */
export function printLine(text = ""): void {
  writeAll(Deno.stdout, `${text}\n`);
}

/** Prints a line to the standard error, where warnings and errors go. */
export function printError(text: string): void {
  writeAll(Deno.stderr, `${text}\n`);
}

function writeAll(stream: typeof Deno.stdout | typeof Deno.stderr, text: string): void {
  const bytes = encoder.encode(text);
  try {
    for (let written = 0; written < bytes.length;) written += stream.writeSync(bytes.subarray(written));
  } catch (error) {
    // There is nobody left to print for.
    if (!isReaderGone(error)) throw error;
  }
}

/** Whether writing failed because the reader went away (`| head`), or the terminal was closed. */
function isReaderGone(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe || error instanceof Error && "code" in error && error.code === "EIO";
}
