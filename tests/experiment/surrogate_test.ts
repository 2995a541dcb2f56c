import assert from "node:assert/strict";
import { join } from "node:path";
import {
  openNeuralSurrogate,
  openSurrogateRun,
  parseOverrides,
  resolveWith,
  type SurrogateConfig,
  surrogateConfigSchema,
} from "../../lib/experiment/mod.ts";
import { structureMetrics } from "../../lib/experiment/surrogate/metrics.ts";
import { useBackend } from "../../lib/tensor/mod.ts";

await useBackend("simd");

function configOf(words: readonly string[]): SurrogateConfig {
  return resolveWith(surrogateConfigSchema, { data: {}, locate: () => "test" }, parseOverrides(words));
}

const TINY = [
  "network.kind=statistics",
  "network.width=8",
  "network.layers=1",
  "training.updates=6",
  "training.cells=100",
  "training.episodes.rows.min=10",
  "training.episodes.rows.max=40",
  "evaluation.every=3",
  "evaluation.validation=8",
  "checkpoint.every=3",
];

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Trains to the end or to an update; returns the folder. */
async function trainTo(run: ReturnType<typeof openSurrogateRun>, until: number): Promise<string> {
  using open = run;
  let done = 0;
  const hooks = {
    clock: () => 0,
    onUpdate: (update: number) => done = update,
    shouldStop: () => Promise.resolve(done >= until),
  };
  await open.train(hooks);
  return open.folder;
}

Deno.test("a surrogate's training that is stopped and resumed writes the bytes of one that was not", async () => {
  await inFolder(async (results) => {
    const config = configOf(TINY);
    const whole = await trainTo(openSurrogateRun(config, "simd", { results }), 6);
    const stopped = await trainTo(openSurrogateRun(config, "simd", { results }), 4);
    await trainTo(openSurrogateRun(config, "simd", { resume: stopped, allowOlder: false }), 6);
    for (const file of ["metrics.jsonl", "checkpoints/latest/policy.safetensors", "checkpoints/latest/SHA256SUMS"]) {
      assert.deepEqual(Deno.readFileSync(join(stopped, file)), Deno.readFileSync(join(whole, file)), file);
    }
    const { update, surrogate } = openNeuralSurrogate(whole);
    assert.ok(update === 3 || update === 6, "the best checkpoint is one that was validated");
    assert.equal(surrogate.privileged, false);
  });
});

Deno.test("metrics of scored candidates: known answers, ties count half", () => {
  const episodes = [
    { score: Float64Array.of(0.9, 0.6, 0.2), parent: Uint8Array.of(1, 0, 1) },
    { score: Float64Array.of(0.6, 0.1), parent: Uint8Array.of(1, 0) },
  ];
  const metrics = structureMetrics(episodes, 0.5, true);
  assert.equal(metrics.precision, 0.75);
  assert.equal(metrics.recall, 0.75);
  assert.equal(metrics.f1, 0.75);
  assert.equal(metrics.shd, 1);
  // Pairs (parent, other): (.9,.6) (.9,.1) (.6,.6) half (.6,.1) (.2,.6) lost (.2,.1).
  assert.equal(metrics.auroc, 4.5 / 6);
  // Bins: [.1: 0 found], [.2: 1], [.6, .6: 1], [.9: 1].
  assert.ok(Math.abs(metrics.calibrationError - (0.1 + 0.8 + 0.2 + 0.1) / 5) < 1e-12);
  assert.ok(Math.abs(metrics.logLoss + Math.log(0.9 * 0.4 * 0.2 * 0.6 * 0.9) / 5) < 1e-12);
  assert.ok(Number.isNaN(structureMetrics(episodes, 0.5, false).logLoss));
});

Deno.test("a misspelt key of a surrogate's config is refused with the nearest one", () => {
  assert.throws(() => configOf(["training.update=5"]), /training\.update.*did you mean "updates"/s);
  assert.throws(() => configOf(["network.kind=transformer"]), /network/);
});
