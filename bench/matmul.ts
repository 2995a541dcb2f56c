/**
 * `deno task bench`: speed of matrix products in all transpose forms, for 1280×64×64, on the simd backend, TensorFlow.js's
 * own WebAssembly backend and its CPU backend, in GFLOP/s (the best of many short runs, since other programs only slow down).
 */

import * as tf from "@tensorflow/tfjs-core";
import { printLine } from "../lib/cli/output.ts";
import { formatTable } from "../lib/report/mod.ts";
import { type BackendName, useBackend } from "../lib/tensor/mod.ts";
import { formatBars } from "./support/bars.ts";

const [M, K, N] = [1280, 64, 64];
const FORMS = [
  { name: "a·b", transposeA: false, transposeB: false },
  { name: "a·bᵀ", transposeA: false, transposeB: true },
  { name: "aᵀ·b", transposeA: true, transposeB: false },
  { name: "aᵀ·bᵀ", transposeA: true, transposeB: true },
] as const;
/** GFLOP/s that every form should reach on a core of 2.5 GHz. */
const LEAST = 15;

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

const rows: (string | number)[][] = [];
for (const backend of ["simd", "wasm", "cpu"] as const satisfies readonly BackendName[]) {
  await useBackend(backend);
  rows.push([backend, ...FORMS.map(({ transposeA, transposeB }) => speed(transposeA, transposeB, 300))]);
}
const columns = FORMS.map(({ name }) => ({ heading: name, digits: 1 }));
printLine(formatTable([{ heading: `GFLOP/s, ${M}×${K}×${N}` }, ...columns], rows));
const slowest = Math.min(...rows[0].slice(1).map(Number));
printLine(`\n${formatBars([{ what: "the slowest form, GFLOP/s", figure: slowest, wanted: { least: LEAST } }])}`);
