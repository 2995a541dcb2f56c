/**
 * Compiles the AssemblyScript kernels and writes the WebAssembly to the standard output: `main.ts FMA FEATURE…`, where FMA names
 * the file with the multiplication and addition.
 */

import asc from "npm:assemblyscript@0.28.20/asc";

const FOLDER = new URL("../../tensor/kernels/", import.meta.url);
/** Pages of 64 KiB: what the memory starts with and may grow to (1 GiB). */
const PAGES = { initial: 256, maximum: 16384 };

const [fma, ...features] = Deno.args;
let binary: Uint8Array | undefined;
let messages = "";
const { error } = await asc.main([
  "index.ts",
  "--outFile",
  "out.wasm",
  "-O2",
  "--noAssert",
  "--runtime",
  "stub",
  "--importMemory",
  "--sharedMemory",
  "--initialMemory",
  String(PAGES.initial),
  "--maximumMemory",
  String(PAGES.maximum),
  "--memoryBase",
  "1024",
  ...features.flatMap((feature) => ["--enable", feature]),
], {
  readFile: (name) => {
    try {
      return Deno.readTextFileSync(new URL(name === "fma.ts" ? `${fma}.as` : name.replace(/ts$/, "as"), FOLDER));
    } catch (cause) {
      if (cause instanceof Deno.errors.NotFound) return null;
      throw cause;
    }
  },
  writeFile: (name, contents) => {
    if (name === "out.wasm" && contents instanceof Uint8Array) binary = contents;
  },
  listFiles: () => [],
  stderr: { write: (text: string | Uint8Array) => messages += text } as never,
});
if (error !== null || binary === undefined) {
  await Deno.stderr.write(new TextEncoder().encode(`${messages}${error ?? ""}`));
  Deno.exit(1);
}
const out = Deno.stdout.writable.getWriter();
await out.write(binary);
await out.close();
