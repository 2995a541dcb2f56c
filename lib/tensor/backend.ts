/** Which implementation of the tensor operations is used (DESIGN section 13). */

import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-cpu";
import { registerSimdBackend } from "./simd/register.ts";

export const BACKENDS = ["auto", "simd", "node-gpu", "node", "webgpu", "wasm", "cpu"] as const;
export type BackendName = typeof BACKENDS[number];

/**
 * Makes a backend the one that computes, loading it if need be.
 * @returns the name of the backend in use
 * @throws Error with a way out if it does not work here
 */
export async function useBackend(name: BackendName): Promise<string> {
  switch (name) {
    case "auto":
    case "simd":
      registerSimdBackend();
      return await start("simd");
    case "wasm":
      await import("@tensorflow/tfjs-backend-wasm");
      return await start("wasm");
    case "cpu":
      return await start("cpu");
    default:
      throw new Error(`The tensor backend ${name} is not available; choose simd, wasm or cpu`);
  }
}

async function start(name: string): Promise<string> {
  if (!await tf.setBackend(name)) throw new Error(`The tensor backend ${name} does not start here; choose cpu`);
  return name;
}
