/**
 * `deno task build:kernels`: compiles the AssemblyScript kernels of lib/tensor/kernels into the two committed WebAssembly
 * files. `--check` compares them byte for byte with what is committed instead of writing.
 */

// Not in the import map: it is large, and only this command needs it.
// deno-lint-ignore no-import-prefix
import asc from "npm:assemblyscript@0.28.20/asc";
import { defineCommand, runCommand } from "./boundary.ts";
import { printLine } from "./output.ts";

const FOLDER = new URL("../tensor/kernels/", import.meta.url);
/** Pages of 64 KiB: what the memory starts with and may grow to (1 GiB). */
const PAGES = { initial: 256, maximum: 16384 };
const BUILDS = [
  { file: "kernels.wasm", features: ["simd", "threads"], fma: "fma.plain" },
  { file: "kernels.relaxed.wasm", features: ["simd", "threads", "relaxed-simd"], fma: "fma.relaxed" },
];

async function compile(features: readonly string[], fma: string): Promise<Uint8Array> {
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
  if (error !== null || binary === undefined) throw new Error(`the kernels do not compile:\n${messages}${error ?? ""}`);
  return binary;
}

const program = defineCommand(
  "build:kernels",
  "Compile the SIMD kernels from AssemblyScript into the committed WebAssembly files",
  [
    "build:kernels",
    "build:kernels --check",
  ],
).option("--check", "compare with the committed files instead of writing them", false);

async function main(args: readonly string[]): Promise<void> {
  program.parse(args, { from: "user" });
  const { check } = program.opts();
  for (const { file, features, fma } of BUILDS) {
    const binary = await compile(features, fma);
    const path = new URL(file, FOLDER);
    if (!check) {
      Deno.writeFileSync(path, binary);
      printLine(`${file}: ${binary.length} bytes`);
      continue;
    }
    const committed = Deno.readFileSync(path);
    const same = committed.length === binary.length && committed.every((byte, i) => byte === binary[i]);
    if (!same) throw new Error(`${file} is not what its sources compile to: run deno task build:kernels`);
    printLine(`${file}: unchanged`);
  }
}

if (import.meta.main) await runCommand(main);
