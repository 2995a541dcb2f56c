/** The two builds of the kernels, with and without relaxed SIMD, compute the same. */

import assert from "node:assert/strict";
import { detectBuild } from "../../lib/tensor/simd/kernels.ts";
import { type Arena, createArena } from "../../lib/tensor/simd/memory.ts";
import { assertClose, randomFloats, uniformsFrom } from "./support.ts";

/** Runs kernels on the same numbers in both builds and compares what they write. */
function compareBuilds(
  what: string,
  inputs: readonly Float32Array[],
  outputs: readonly number[],
  run: (arena: Arena, inputs: readonly number[], outputs: readonly number[]) => void,
): void {
  const [relaxed, plain] = (["relaxed", "plain"] as const).map((build) => {
    const arena = createArena(build);
    const given = inputs.map((data) => {
      const view = arena.allocate(data.length);
      view.set(data);
      return view;
    });
    const written = outputs.map((length) => arena.allocate(length).fill(NaN));
    run(arena, given.map((view) => view.byteOffset), written.map((view) => view.byteOffset));
    return written.map((view) => view.slice());
  });
  relaxed.forEach((x, i) => assertClose(x, plain[i], 1e-5, `${what}, output ${i}`));
  for (const x of plain) assert.ok(x.every(Number.isFinite), what);
}

Deno.test("this engine has relaxed SIMD", () => {
  assert.equal(detectBuild(), "relaxed");
});

Deno.test("matrix products are the same in both builds", () => {
  const uniform = uniformsFrom(51);
  for (const [m, n, k] of [[1, 1, 1], [13, 17, 130], [6, 8, 128], [65, 6, 3], [7, 80, 133]]) {
    compareBuilds(
      `${m}×${k}×${n}`,
      [randomFloats(uniform, m * k), randomFloats(uniform, k * n), new Float32Array(64 * 128)],
      [m * n, m * n],
      ({ kernels }, [a, b, scratch], [plain, transposed]) => {
        kernels.gemm(a, b, plain, m, n, k, false);
        kernels.gemmAcross(a, b, transposed, scratch, m, n, k, false);
      },
    );
  }
});

Deno.test("messages and pooling are the same in both builds", () => {
  const uniform = uniformsFrom(52);
  const [views, n, channels] = [3, 5, 8];
  const rows = views * n * channels;
  compareBuilds(
    "messages",
    [
      randomFloats(uniform, rows),
      randomFloats(uniform, rows),
      randomFloats(uniform, rows * n),
      Float32Array.of(1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 0, 0),
      randomFloats(uniform, 2 * rows),
    ],
    [2 * rows, rows, rows, rows * n, views * 2 * channels, rows],
    ({ kernels }, [a, b, e, present, dout], [out, da, db, de, pooled, dh]) => {
      kernels.pairMessages(a, b, e, present, out, views, n, channels);
      kernels.pairMessagesGradient(a, b, e, present, out, dout, da, db, de, views, n, channels);
      kernels.poolVariables(a, present, pooled, views, n, channels);
      kernels.poolVariablesGradient(a, present, pooled, dout, dh, views, n, channels);
    },
  );
});

Deno.test("activations, reductions, transposes and Adam are the same in both builds, for every remainder of four", () => {
  const uniform = uniformsFrom(53);
  for (const [rows, columns] of [[1, 1], [4, 6], [6, 7], [9, 16]]) {
    const size = rows * columns;
    const positive = randomFloats(uniform, size).map(Math.abs);
    compareBuilds(
      `${rows}×${columns}`,
      [randomFloats(uniform, size, 5), randomFloats(uniform, size), positive],
      [size, size, size, size, columns, size, size, size],
      ({ kernels }, [x, g, v], [gelu, geluSlope, tanh, tanhSlope, sums, transposed, parameter, moment]) => {
        kernels.scaleInto(x, gelu, 1, size);
        kernels.activate(gelu, geluSlope, size, 2);
        kernels.scaleInto(x, tanh, 1, size);
        kernels.activate(tanh, tanhSlope, size, 3);
        kernels.sumRows(x, sums, rows, columns, rows);
        kernels.transpose(x, transposed, rows, columns);
        kernels.scaleInto(x, parameter, 1, size);
        kernels.scaleInto(g, moment, 0.5, size);
        const change = kernels.adam(parameter, g, moment, v, size, 0.7, 0.9, 0.1, 0.999, 0.001, 0.01, 1.1, 1e-8);
        assert.ok(change > 0 && kernels.sumOfSquares(g, size) > 0);
      },
    );
  }
});
