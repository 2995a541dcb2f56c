/** Choosing a backend: every one that works here gives the same layers and gradients; the others say what to do. */

import assert from "node:assert/strict";
import util from "node:util";
import * as tf from "@tensorflow/tfjs-core";
import { type BackendName, dense, pairMessages, poolVariables, useBackend } from "../../lib/tensor/mod.ts";
import { assertClose, randomInput, uniformsFrom } from "./support.ts";

/** A small network's result and gradients. */
async function computeOn(backend: BackendName): Promise<Float32Array[]> {
  const uniform = uniformsFrom(61);
  const inputs = [[6, 5], [5, 8], [8], [2, 3, 3, 8]].map((shape) => randomInput(uniform, shape));
  await useBackend(backend);
  const tensors = inputs.map(({ data, shape }) => tf.tensor(data, [...shape]));
  const present = tf.tensor2d([1, 1, 1, 1, 1, 0], [2, 3]);
  const network = (...given: tf.Tensor[]) => {
    const h = dense(given[0] as tf.Tensor2D, given[1] as tf.Tensor2D, given[2] as tf.Tensor1D, "gelu");
    const states = tf.reshape(h, [2, 3, 8]) as tf.Tensor3D;
    const messages = pairMessages(states, states, given[3] as tf.Tensor4D, present);
    return tf.sum(tf.tanh(poolVariables(messages, present))) as tf.Scalar;
  };
  const { value, grads } = tf.valueAndGrads(network)(tensors);
  const results = await Promise.all([value, ...grads].map((x) => x.data<"float32">()));
  tf.dispose([value, ...grads, ...tensors, present]);
  return results;
}

const EXPECTED = await computeOn("cpu");

function assertExpected(actual: readonly Float32Array[], what: string): void {
  actual.forEach((x, i) => assertClose(x, EXPECTED[i], 1e-4, `${what}, result ${i}`));
}

Deno.test("auto is simd", async () => {
  assert.equal(await useBackend("auto"), "simd");
  assert.equal(tf.getBackend(), "simd");
});

Deno.test("a network and its gradients are the same on simd, wasm and cpu", async () => {
  for (const backend of ["simd", "wasm", "simd", "cpu"] as const) {
    assert.equal(await useBackend(backend), backend);
    assertExpected(await computeOn(backend), backend);
  }
});

/** What a fresh process prints: names of backends that it asked for, the bits of a product's last element, an error. */
async function inFreshProcess(...backends: readonly string[]): Promise<readonly string[]> {
  const program = `
    import * as tf from "@tensorflow/tfjs-core";
    import { useBackend } from "./lib/tensor/mod.ts";
    try {
      for (const name of ${JSON.stringify(backends)}) console.log(await useBackend(name));
    } catch (error) {
      console.log(error.message);
    }
    const a = tf.tensor2d(Float32Array.from({ length: 64 * 64 }, (_, i) => Math.sin(i)), [64, 64]);
    const sum = (await tf.matMul(a, a).data()).reduce((total, x) => Math.fround(total + x), 0);
    console.log(new Uint32Array(Float32Array.of(sum).buffer)[0]);`;
  const args = ["eval", "--no-check", "--ext=ts", program];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" }).output();
  return new TextDecoder().decode(stdout).trim().split("\n");
}

Deno.test("plain and relaxed kernels go by names of their own, give different bytes, and do not share a process", async () => {
  const [[relaxed, relaxedBits], [plain, plainBits], both] = await Promise.all([
    inFreshProcess("simd"),
    inFreshProcess("simd-plain"),
    inFreshProcess("simd", "simd-plain"),
  ]);
  assert.deepEqual([relaxed, plain], ["simd", "simd-plain"]);
  assert.notEqual(relaxedBits, plainBits);
  assert.match(both[1], /Cannot use simd-plain beside simd: begin another process/);
});

const adapter = await navigator.gpu?.requestAdapter() ?? null;

Deno.test({
  name: "a network and its gradients are the same on WebGPU",
  ignore: adapter === null,
  // The device that the backend opens lives as long as the process.
  sanitizeResources: false,
  sanitizeOps: false,
  fn: async () => assertExpected(await computeOn("webgpu"), "webgpu"),
});

for (
  const [name, specifier] of [["node", "@tensorflow/tfjs-node"], ["node-gpu", "@tensorflow/tfjs-node-gpu"]] as const
) {
  Deno.test(`${name} computes the same where its native library is, and says how to install it where it is not`, async () => {
    try {
      assertExpected(await computeOn(name), name);
    } catch (error) {
      if (error instanceof assert.AssertionError || !(error instanceof Error)) throw error;
      assert.match(error.message, new RegExp(`tensor backend ${name} does not start: `));
      assert.ok(error.message.includes(`--allow-scripts=npm:${specifier} npm:${specifier}@4.22.0`), error.message);
      assert.match(error.message, /choose simd/);
      assert.ok(error.cause instanceof Error);
    }
    const helpers = util as unknown as { isNullOrUndefined(x: unknown): boolean; isArray(x: unknown): boolean };
    assert.deepEqual([null, undefined, 0].map((x) => helpers.isNullOrUndefined(x)), [true, true, false]);
    assert.deepEqual([[], {}].map((x) => helpers.isArray(x)), [true, false]);
    await useBackend("simd");
  });
}

Deno.test("a name that is no backend is refused with the names there are", async () => {
  await assert.rejects(
    useBackend("tpu" as BackendName),
    /no tensor backend tpu; choose one of auto, simd, simd-plain, node-gpu/,
  );
});

Deno.test("choosing a backend and computing prints nothing", async () => {
  const code = `
    import * as tf from "@tensorflow/tfjs-core";
    import { useBackend } from "${new URL("../../lib/tensor/mod.ts", import.meta.url)}";
    for (const name of ["simd", "cpu"]) {
      await useBackend(name);
      tf.matMul(tf.ones([2, 2]), tf.ones([2, 2])).dataSync();
    }`;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--config", config, "--ext=ts", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = command.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  const { success, stdout, stderr } = await command.output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.deepEqual([success, out, err], [true, "", ""]);
});
