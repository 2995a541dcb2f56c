/** Which implementation of the tensor operations is used (DESIGN section 13). */

import util from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { registerGradients } from "./gradients.ts";
import { refuseReadingAtOnce, WEBGPU } from "./reading.ts";
import { SIMD, simdBackend } from "./simd/backend.ts";
import { registerSimdBackend } from "./simd/register.ts";

/** The tensor backends; `auto` takes the fastest one that works here. */
export const BACKENDS = ["auto", "simd", "simd-plain", "node-gpu", "node", "webgpu", "wasm", "cpu"] as const;
/** Name of a tensor backend. */
export type BackendName = typeof BACKENDS[number];

/** The packages that few need. They are named at run time alone, so that nobody downloads or locks them unasked. */
const NATIVE = { "node-gpu": "@tensorflow/tfjs-node-gpu", node: "@tensorflow/tfjs-node" } as const;
const WEBGPU_PACKAGE = "@tensorflow/tfjs-backend-webgpu";
const WASM_PACKAGE = "@tensorflow/tfjs-backend-wasm";
/** The name under which the native packages register. */
const TENSORFLOW = "tensorflow";

/** The native package that this process has loaded: there is only room for one. */
let loadedNative: string | null = null;

/**
 * Makes a backend the one that computes, loading it if need be; `auto` is `simd`.
 *
 * `simd` multiplies and adds in one rounding (relaxed SIMD) where the engine can; `simd-plain` never does, so that its bytes
 * are the same on every engine.
 * @returns the name of the backend in use: `simd-plain` too where `simd` was asked for and the engine has no relaxed SIMD
 * @throws Error with a way out if it does not work here
 */
export async function useBackend(name: BackendName): Promise<Exclude<BackendName, "auto">> {
  switch (name) {
    case "auto":
    case "simd":
      return await startSimd();
    case "simd-plain":
      return await startSimd("plain");
    case "cpu":
      await start("cpu");
      return "cpu";
    case "wasm":
      await load(WASM_PACKAGE);
      await start("wasm");
      return "wasm";
    case "webgpu":
      await startWebgpu();
      return "webgpu";
    case "node-gpu":
    case "node":
      await startNative(name);
      return name;
  }
  throw new RangeError(`There is no tensor backend ${String(name)}; choose one of ${BACKENDS.join(", ")}`);
}

async function start(name: string): Promise<void> {
  registerGradients();
  const isQuiet = tf.env().getBool("PROD");
  // The CPU backend's first tensor prints an advertisement of the native one, save in production.
  tf.env().set("PROD", true);
  try {
    if (!await tf.setBackend(name)) throw new Error(`The tensor backend ${name} does not start here; choose cpu`);
    tf.scalar(0).dispose();
  } finally {
    tf.env().set("PROD", isQuiet);
  }
}

async function startSimd(build?: "plain"): Promise<"simd" | "simd-plain"> {
  registerSimdBackend(build);
  await start(SIMD);
  const running = simdBackend().build;
  if (build !== undefined && running !== build) {
    throw new Error("Cannot use simd-plain beside simd: begin another process for the other backend");
  }
  return running === "plain" ? "simd-plain" : "simd";
}

async function startWebgpu(): Promise<void> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) {
    throw new Error(
      "The tensor backend webgpu finds no GPU here. It needs a Vulkan, Metal or DirectX 12 driver (on Debian: " +
        "mesa-vulkan-drivers); choose simd, which needs nothing",
    );
  }
  // What is needed at once is computed there.
  await startSimd();
  await load(WEBGPU_PACKAGE);
  const isFirst = tf.findBackend(WEBGPU) === null;
  await start(WEBGPU);
  if (isFirst) refuseReadingAtOnce();
}

async function startNative(name: keyof typeof NATIVE): Promise<void> {
  const specifier = NATIVE[name];
  if (loadedNative !== null && loadedNative !== specifier) {
    throw new Error(`Cannot load ${specifier} beside ${loadedNative}: begin another process for the other backend`);
  }
  restoreNodeHelpers();
  try {
    await load(specifier);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0].trim() : String(cause);
    throw new Error(
      `The tensor backend ${name} does not start: ${reason}\n` +
        `Its native library comes with: deno cache --node-modules-dir=auto --allow-scripts=npm:${specifier} ` +
        `npm:${specifier}@${tf.version_core}\n` +
        "Then run with it (deno run -A --node-modules-dir=auto lib/cli/train.ts …), or choose simd, which needs nothing.",
      { cause },
    );
  }
  loadedNative = specifier;
  await start(TENSORFLOW);
}

/** Imports a package of TensorFlow.js, of the version of its core. */
function load(name: string): Promise<unknown> {
  return import(`npm:${name}@${tf.version_core}`);
}

/** The native package calls helpers that node:util no longer has. */
function restoreNodeHelpers(): void {
  const helpers = util as unknown as Record<string, unknown>;
  helpers.isNullOrUndefined ??= (x: unknown) => x === null || x === undefined;
  helpers.isArray ??= Array.isArray;
}
