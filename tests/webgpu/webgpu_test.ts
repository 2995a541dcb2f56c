/**
 * The webgpu backend, on any adapter: a software one will do. `deno task test:webgpu` runs the tests of gradients against
 * finite differences on it too.
 */

import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { computeNow, useBackend } from "../../lib/tensor/mod.ts";
import { assertClose } from "../tensor/support.ts";
import { freshFolder } from "../folder.ts";

// The device that the backend opens lives as long as the process.
const options = { sanitizeOps: false, sanitizeResources: false };
const TRAIN = new URL("../../lib/cli/train.ts", import.meta.url).pathname;

/** The metrics of the updates of a short training. */
async function train(backend: string): Promise<Record<string, number>[]> {
  const folder = freshFolder();
  const words = ["grpo.updates=2", "grpo.problems_per_update=4", "evaluation.problems=4", "runtime.workers=1"];
  const args = ["run", "-A", "--quiet", TRAIN, `runtime.backend=${backend}`, ...words];
  const child = new Deno.Command(Deno.execPath(), { args: [...args, "--no-evaluate", "--out", folder] });
  const { success, stderr } = await child.output();
  assert.ok(success, new TextDecoder().decode(stderr));
  const lines = Deno.readTextFileSync(`${folder}/metrics.jsonl`).trim().split("\n");
  return lines.map((line) => JSON.parse(line)).filter(({ reward }) => reward !== undefined);
}

Deno.test("a training on webgpu takes the steps of one on simd", async () => {
  const [webgpu, simd] = [await train("webgpu"), await train("simd")];
  assert.equal(webgpu.length, 2);
  for (const name of ["reward", "loss", "entropy", "grad_norm", "normalised_value"]) {
    assertClose(webgpu.map((update) => update[name]), simd.map((update) => update[name]), 1e-5, name);
  }
  const end = "validation/normalised_value";
  assertClose([webgpu[1][end]], [simd[1][end]], 1e-3, end);
});

Deno.test(
  "what is needed at once is computed without waiting, and gradients are right before and after",
  options,
  async () => {
    await useBackend("webgpu");
    const x = tf.variable(tf.tensor1d(Array.from({ length: 2000 }, (_, i) => i / 1000)));
    const slopes = async () => {
      const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(x)) as tf.Scalar, [x]);
      const data = await grads[x.name].data<"float32">();
      tf.dispose([value, grads]);
      return data;
    };
    const expected = Float32Array.from({ length: 2000 }, (_, i) => i / 500);
    assertClose(computeNow(() => tf.mul(x, 2)), expected, 1e-6, "result");
    assertClose(await slopes(), expected, 1e-6, "gradient");
    await x.data();
    assertClose(computeNow(() => tf.mul(x, 2)), expected, 1e-6, "result after a gradient");
    assertClose(await slopes(), expected, 1e-6, "gradient after a result");
    assert.equal(tf.getBackend(), "webgpu");
    x.dispose();
  },
);

Deno.test("reading a result without waiting is refused with what to do", options, async () => {
  await useBackend("webgpu");
  const y = tf.tidy(() => tf.mul(tf.ones([300, 300]), tf.ones([300, 300])));
  assert.throws(() => y.dataSync(), /webgpu has no results at once, which this command needs: choose simd/);
  assert.equal((await y.data())[89_999], 1);
  y.dispose();
});
