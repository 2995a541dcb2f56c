/** Choosing a backend: every one that works here gives the same layers and gradients; the others say what to do. */

import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { type BackendName, useBackend } from "../../lib/tensor/mod.ts";
import { computeOn, type Printed } from "./small_network.ts";
import { assertClose, TESTED } from "./support.ts";

const EXPECTED = await computeOn("cpu");

function assertExpected(actual: readonly ArrayLike<number>[], what: string): void {
  actual.forEach((x, i) => assertClose(x, EXPECTED[i], 1e-4, `${what}, result ${i}`));
}

Deno.test("auto is simd", async () => {
  assert.equal(await useBackend("auto"), "simd");
  assert.equal(tf.getBackend(), "simd");
});

Deno.test("a network and its gradients are the same on every tested backend, in any order", async () => {
  for (const backend of ["simd", ...TESTED, "simd", "cpu"] as const) {
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

/** The network in a process that loads packages beside the lock, but only ones that are on this machine already. */
async function computeApart(backend: BackendName): Promise<Printed> {
  const program = new URL("small_network.ts", import.meta.url).pathname;
  const args = ["run", "-A", "--quiet", "--no-check", "--no-lock", "--cached-only", program, backend];
  const { stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "null" }).output();
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  return JSON.parse(lines[lines.length - 1]) as Printed;
}

for (const backend of ["node", "node-gpu"] as const) {
  const specifier = `@tensorflow/tfjs-${backend}`;
  Deno.test(`${backend} computes the same where its native library is, and says how to install it where it is not`, async () => {
    const printed = await computeApart(backend);
    if ("results" in printed) return assertExpected(printed.results, backend);
    assert.match(printed.message, new RegExp(`tensor backend ${backend} does not start: `));
    assert.ok(printed.message.includes(`--allow-scripts=npm:${specifier} npm:${specifier}@4.22.0`), printed.message);
    assert.match(printed.message, /choose simd/);
    assert.ok(printed.caused);
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
