/**
 * `deno task build:kernels`: compiles the AssemblyScript kernels of lib/tensor/kernels into the two committed WebAssembly
 * files. `--check` compares them byte for byte with what is committed instead of writing.
 */

import { fileURLToPath } from "node:url";
import { defineCommand, runCommand } from "./boundary.ts";
import { printLine } from "./output.ts";

const FOLDER = new URL("../tensor/kernels/", import.meta.url);
const BUILDS = [
  { file: "kernels.wasm", features: ["simd", "threads"], fma: "fma.plain" },
  { file: "kernels.relaxed.wasm", features: ["simd", "threads", "relaxed-simd"], fma: "fma.relaxed" },
];

/** Compiles in a process with a configuration of its own, so that nobody else downloads the compiler. */
async function compile(features: readonly string[], fma: string): Promise<Uint8Array> {
  const args = [
    "run",
    "-A",
    "--quiet",
    fileURLToPath(new URL("kernel_compiler/main.ts", import.meta.url)),
    fma,
    ...features,
  ];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error(`the kernels do not compile:\n${new TextDecoder().decode(stderr)}`);
  return stdout;
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
