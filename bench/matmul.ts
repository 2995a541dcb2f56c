/**
 * `deno task bench`: speed of matrix products in all transpose forms, for 1280×64×64, on the simd backend, TensorFlow.js's
 * own WebAssembly backend and its CPU backend, in GFLOP/s (the best of many short runs, since other programs only slow down).
 */

import * as tf from "@tensorflow/tfjs-core";
import { type BackendName, useBackend } from "../lib/tensor/mod.ts";

const [M, K, N] = [1280, 64, 64];
const FORMS = [[false, false], [false, true], [true, false], [true, true]] as const;

function speed(transposeA: boolean, transposeB: boolean, milliseconds: number): number {
  const a = tf.randomNormal(transposeA ? [K, M] : [M, K]);
  const b = tf.randomNormal(transposeB ? [N, K] : [K, N]);
  const multiply = () => tf.matMul(a, b, transposeA, transposeB).dispose();
  const end = performance.now() + milliseconds;
  let best = Infinity;
  for (let run = 0; run < 5 || performance.now() < end; run++) {
    const start = performance.now();
    multiply();
    best = Math.min(best, performance.now() - start);
  }
  tf.dispose([a, b]);
  return 2 * M * K * N / best / 1e6;
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

if (import.meta.main) {
  print(
    `GFLOP/s, ${M}×${K}×${N}`.padEnd(24) + ["a·b", "a·bᵀ", "aᵀ·b", "aᵀ·bᵀ"].map((form) => form.padStart(8)).join(""),
  );
  for (const backend of ["simd", "wasm", "cpu"] as const satisfies readonly BackendName[]) {
    await useBackend(backend);
    const speeds = FORMS.map(([a, b]) => speed(a, b, 300).toFixed(1).padStart(8));
    print(backend.padEnd(24) + speeds.join(""));
  }
}
