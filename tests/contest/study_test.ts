import assert from "node:assert/strict";
import { join } from "node:path";
import {
  baselineNames,
  collectModels,
  comparisonSchema,
  learningCurve,
  type Model,
  tunableNames,
} from "../../lib/contest/mod.ts";
import { testProblems } from "../../lib/contest/study/environments.ts";
import { studyContestants } from "../../lib/contest/study/contestants.ts";
import { checkHeldOut, SharedScmError } from "../../lib/contest/study/guard.ts";
import { compareStudy } from "../../lib/contest/study/compare.ts";
import { play } from "../../lib/contest/play.ts";
import { modelLabels, readModelRun } from "../../lib/contest/study/models.ts";
import { plannedPairs } from "../../lib/contest/plan.ts";
import type { Config } from "../../lib/config/mod.ts";
import { conclude, loadTrack, POLICY_TRAINING, readTuned, startTraining, train } from "../../lib/training/mod.ts";
import { planStudy, readStudy } from "../../lib/sweep/study.ts";
import { Run } from "../../lib/runs/mod.ts";
import { findSharedScms } from "../../lib/evaluation/mod.ts";
import { SeedOverlapError } from "../../lib/evaluation/seeds.ts";
import { createStream } from "../../lib/random/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { configOf, inFolder, messageOf, options } from "../training/support.ts";

const settings = (changes: Record<string, unknown> = {}) => comparisonSchema.parse(changes);
const configFile = (name: string) => `configs/${name}.yaml`;

/** Makes a finished run without any training. */
function finishedRun(root: string, ...words: string[]): string {
  using run = Run.create(root, configOf(...words), options);
  run.log(0, { "validation/normalised_value": run.config.seed });
  run.log(10, { "validation/normalised_value": run.config.seed + 1 });
  run.finish({});
  return run.folder;
}

Deno.test("runs that differ in nothing but seed, logging and workers are one model, labelled by what tells models apart", () =>
  inFolder((root) => {
    for (const seed of [2, 0, 1]) finishedRun(root, `seed=${seed}`, "grpo.scale=none", `runtime.workers=${seed}`);
    finishedRun(root, "seed=0", "grpo.scale=group", "logging.tensorboard=false");
    finishedRun(root, "seed=0", "name=other", "grpo.scale=group");
    const { models, notes } = collectModels([root]);
    assert.deepEqual(notes, []);
    const seen = models.map(({ label, runs }) => [label, runs.map(({ seed }) => seed)]);
    assert.deepEqual(
      seen.toSorted(),
      [
        ["other", [0]],
        ["test grpo.scale=group", [0]],
        ["test grpo.scale=none", [0, 1, 2]],
      ].toSorted(),
    );
    assert.deepEqual(modelLabels([configOf(), configOf("policy.start_from=a")]).map(({ label }) => label), [
      "test",
      "test (2)",
    ]);
  }));

Deno.test("models told apart by many overrides have short numbered names, and a legend", () => {
  const words = ["grpo.scale=group", "grpo.leave_one_out=true", "grpo.clip_high=0.28", "optimizer.learning_rate=0.001"];
  const configs = [
    configOf(),
    configOf(...words),
    configOf("name=other"),
    configOf(words[0], "name=short"),
    configOf("name=short"),
  ];
  assert.deepEqual(modelLabels(configs).map(({ label, words }) => [label, words?.split(" ").length ?? null]), [
    ["test #1", 4],
    ["test #2", 4],
    ["other", null],
    ["short grpo.scale=group", null],
    ["short grpo.scale=none", null],
  ]);
  assert.match(modelLabels(configs)[1].words ?? "", /grpo\.clip_high=0\.28/);
});

Deno.test("planned are the reference and the opponents: those named, else the strong ones that play, else every baseline", () => {
  const methods = [
    { name: "a", role: "policy" },
    { name: "b", role: "policy" },
    { name: "blr-obs-ucb", role: "baseline" },
    { name: "random", role: "baseline" },
    { name: "causal-bo", role: "privileged" },
    { name: "oracle", role: "bound" },
  ] as const;
  const pairs = (...given: [readonly string[] | null, string?]) =>
    plannedPairs(methods, ...given).map((pair) => pair.join("-"));
  assert.deepEqual(pairs(null), ["b-a", "a-blr-obs-ucb", "b-blr-obs-ucb"]);
  assert.deepEqual(pairs(["causal-bo"], "b"), ["a-b", "a-causal-bo", "b-causal-bo"]);
  const weak = methods.filter(({ name }) => name !== "blr-obs-ucb");
  assert.deepEqual(plannedPairs(weak, null), [["b", "a"], ["a", "random"], ["b", "random"]]);
  assert.match(messageOf(() => pairs(["randm"])), /opponents: randm does not play.*random/);
  assert.match(messageOf(() => pairs(["oracle"])), /oracle does not play/);
  assert.match(messageOf(() => pairs(null, "c")), /reference: no model is named c/);
});

Deno.test("a run that plays no problems is told what it is, and left out of a folder of runs", () =>
  inFolder((root) => {
    const theory = join(root, "theory-t0", "0001-12345678");
    const surrogate = join(root, "surrogate", "0001-12345678");
    for (const [folder, config] of [[theory, "name: t\ntask: T0\n"], [surrogate, "name: s\ntraining: {}\n"]] as const) {
      Deno.mkdirSync(folder, { recursive: true });
      Deno.writeTextFileSync(join(folder, "config.yaml"), config);
    }
    assert.match(
      messageOf(() => readModelRun(theory)),
      /a theory run, no policy .*deno task theory --eval-only --checkpoint/,
    );
    assert.match(
      messageOf(() => readModelRun(surrogate)),
      /a run of a surrogate, no policy .*deno task train:surrogate/,
    );
  }));

Deno.test("two runs of one config and seed are not two seeds, and unfinished runs are left out or refused", () =>
  inFolder((root) => {
    const [first, second] = [finishedRun(root, "seed=1"), finishedRun(root, "seed=1")];
    using stopped = Run.create(root, configOf("seed=2"), options);
    const { models, notes } = collectModels([root]);
    assert.deepEqual(models.map(({ runs }) => runs.map(({ path }) => path)), [[second]]);
    assert.equal(notes.length, 2);
    assert.match(notes.join("\n"), new RegExp(`${first}: the same config and seed as ${second}`));
    assert.match(messageOf(() => collectModels([stopped.folder])), /not finished; deno task train --resume/);
    assert.match(messageOf(() => collectModels([join(root, "none")])), /none: no such folder/);
  }));

Deno.test("a model's lineage follows policy.start_from, ends where a stage names itself, and says what is lost", () =>
  inFolder((root) => {
    const first = finishedRun(root, "seed=4");
    const second = finishedRun(root, "seed=5", `policy.start_from=${first}`);
    const third = finishedRun(root, "seed=6", `policy.start_from=${second}`);
    assert.deepEqual(readModelRun(third).lineage.map(({ seed }) => seed), [6, 5, 4]);
    const orphan = finishedRun(root, `policy.start_from=${join(root, "gone")}`);
    assert.equal(readModelRun(orphan).lost, join(root, "gone"));
    const shipped = readModelRun("configs/policies/linear");
    assert.deepEqual([shipped.lineage.length, shipped.lost], [1, null]);
  }));

const model = (...lineage: Config[]): Model => ({
  label: "suspect",
  words: null,
  runs: [{ path: "run", seed: lineage[0].seed, lineage, lost: null }],
});

Deno.test("a model trained or chosen on the streams of the test problems is refused, whichever stage it was", () => {
  const own = loadTrack(configOf());
  const test = testProblems(own, settings({ graphs: ["chain"], sizes: [4], problems: 3 }));
  checkHeldOut([model(configOf("seed=0"), configOf("seed=1"))], test);
  const leaking = { ...own, seeds: { ...own.seeds, train: own.seeds.test } };
  const trackOf = (config: Config) => config.name === "leak" ? leaking : own;
  // Test problems are drawn with seed 0, so that only a training with that seed meets them.
  checkHeldOut([model(configOf("name=leak", "seed=1"))], test, trackOf);
  assert.throws(() => checkHeldOut([model(configOf("name=leak", "seed=0"))], test, trackOf), SeedOverlapError);
  const chain = model(configOf("seed=3"), configOf("seed=2"), configOf("name=leak", "seed=0"));
  assert.match(
    messageOf(() => checkHeldOut([chain], test, trackOf)),
    /^suspect was trained on 3 of the test problems.*linear\/test/,
  );
  const chosen = { ...own, seeds: { ...own.seeds, validation: own.seeds.test } };
  assert.throws(() => checkHeldOut([model(configOf("seed=7"))], test, () => chosen), SeedOverlapError);
});

Deno.test("a model that met a named test SCM in training is refused", () => {
  // A track without freedom: chains of three with weights ±1.5 are chain_3 once in a while.
  const narrow = configOf(
    "track={base:linear,families:[chain],sizes:{min:3,max:3},weights:{min:1.5,max:1.5},noise:{min:1,max:1}," +
      "intercepts:{min:0,max:0},reach:{min:5,max:5}}",
  );
  const test = testProblems(loadTrack(configOf()), settings({ graphs: [], scms: ["chain_3"], repetitions: 2 }));
  assert.equal(findSharedScms([test.problems[0].scm], test.problems.map(({ scm }) => scm)).length, 2);
  checkHeldOut([model(configOf())], test);
  assert.throws(() => checkHeldOut([model(configOf("seed=1"), narrow)], test), SharedScmError);
});

Deno.test("every comparison draws the same problems for a kind and size, and names those of its SCMs", () => {
  const track = loadTrack(configOf());
  const all = testProblems(track, settings({ sizes: [4, 20], problems: 2, scms: ["fork"], repetitions: 3 }));
  assert.equal(all.problems.length, 4 * 2 * 2 + 3);
  assert.deepEqual([...new Set(all.problems.map(({ family }) => family))], [
    "chain",
    "star",
    "fork",
    "sparse",
    "fork (named)",
  ]);
  assert.equal(new Set(all.problems.map(({ key }) => key)).size, all.problems.length);
  const few = testProblems(track, settings({ graphs: ["sparse"], sizes: [20], problems: 1 }));
  assert.deepEqual(few.problems[0].scm, all.problems.find(({ key }) => key === "sparse-20-0")?.scm);
  const star = all.problems.find(({ key }) => key === "star-4-0")?.scm;
  assert.equal(star?.variables[star.target].parents.length, 3);
  assert.match(messageOf(() => testProblems(track, settings({ scms: ["chain3"] }))), /chain3: no such SCM.*chain_3/);
  assert.match(messageOf(() => baselineNames(["randm"])), /randm.*random/);
});

Deno.test("tuned are the baselines that are asked for, or all that know what an experimenter knows; a bound has nothing to tune", () => {
  assert.deepEqual(tunableNames(["gp-ei", "causal-bo"]), ["gp-ei", "causal-bo"]);
  const all = tunableNames(null);
  assert.ok(all.includes("blr-obs-ucb") && all.includes("random"));
  assert.ok(!all.some((name) => name.startsWith("oracle") || name.startsWith("causal-bo")));
  assert.match(messageOf(() => tunableNames(["oracle"])), /oracle is a bound: it has nothing to tune/);
  assert.match(messageOf(() => tunableNames(["randm"])), /randm.*random/);
});

Deno.test("a study plans every model with every seed, and its mistakes name the model", () =>
  inFolder((root) => {
    const study = readStudy("configs/studies/algorithms.yaml");
    const jobs = planStudy(study, "configs", configFile);
    assert.equal(jobs.length, study.models.length * study.seeds);
    assert.ok(study.seeds >= 5);
    const bounds = ["oracle-parent", "oracle"];
    assert.deepEqual(
      baselineNames(study.comparison.baselines),
      [...(study.comparison.baselines ?? []).filter((name) => !bounds.includes(name)), ...bounds],
    );
    const kinds = new Set(jobs.map(({ config }) => JSON.stringify({ ...config, seed: 0, name: "" })));
    assert.equal(kinds.size, study.models.length, "no two models of the study are the same");
    assert.equal(new Set(jobs.map(({ config }) => config.grpo.updates * config.grpo.problems_per_update)).size, 1);
    const file = join(root, "study.yaml");
    Deno.writeTextFileSync(file, "name: s\nconfig: quick\nmodels: [{ name: a, words: [grpo.scal=none] }]\n");
    assert.match(messageOf(() => planStudy(readStudy(file), "configs", configFile)), /scal.*scale.*\(model a\)/);
    Deno.writeTextFileSync(file, "name: s\nconfig: quick\nmodel: []\n");
    assert.match(messageOf(() => readStudy(file)), /study.yaml:3:\d+: model: .*models/);
  }));

Deno.test("learning curves keep every seed at the updates that all have, with their interquartile mean", () =>
  inFolder((root) => {
    for (const seed of [0, 1, 2, 3]) finishedRun(root, `seed=${seed}`);
    const [collected] = collectModels([root]).models;
    const curve = learningCurve(collected, createStream(0));
    assert.deepEqual(curve?.update, [0, 10]);
    assert.deepEqual(curve?.seeds.map(({ value }) => value), [[0, 1], [1, 2], [2, 3], [3, 4]]);
    assert.deepEqual(curve?.iqm.value, [1.5, 2.5]);
    assert.ok((curve?.iqm.low[0] ?? NaN) < 1.5 && (curve?.iqm.high[0] ?? NaN) > 1.5);
  }));

Deno.test("trained on real problems, a model and its own copies show no difference, and it beats random play", () =>
  inFolder(async (root) => {
    await useBackend("simd");
    const words = ["grpo.updates=8", "grpo.problems_per_update=8", "evaluation.every=0", "logging.tensorboard=false"];
    const small = [...words, "evaluation.validation_problems=4", "policy.width=8", "policy.heads=1", "policy.layers=1"];
    let ticks = 0;
    for (const name of ["first", "second"]) {
      for (const seed of [0, 1, 2]) {
        // The second model differs in nothing but its name and seeds.
        const config = configOf(...small, `name=${name}`, `seed=${name === "first" ? seed : seed + 3}`);
        using training = await startTraining(POLICY_TRAINING, config, { results: root });
        await train(training, { clock: () => ticks++ });
        await conclude(training);
      }
    }
    const { models } = collectModels([root]);
    const test = testProblems(loadTrack(configOf()), settings({ sizes: [4, 6], problems: 6 }));
    checkHeldOut(models, test);
    const contestants = studyContestants(models, settings({ baselines: ["random", "ucb1"] }), readTuned("linear"));
    const played = play(contestants, test);
    const { primary, methods } = compareStudy(played, settings({ opponents: ["random"] }));
    const verdicts = primary.pairs.map(({ first, second, judgement }) => `${first} ${second} ${judgement?.verdict}`);
    assert.deepEqual(verdicts.filter((verdict) => !verdict.endsWith("undefined")), [
      "second first undecided",
      "first random better",
      "second random better",
    ]);
    assert.equal(primary.planned, 3, "what is not planned is shown without a claim");
    assert.equal(verdicts.length, 5);
    assert.deepEqual(methods.map(({ role }) => role), ["policy", "policy", "baseline", "baseline", "bound", "bound"]);
    assert.match(primary.claims[0], /^No difference between second and first is shown/);
    assert.match(primary.claims[1], /^first beats random/);
  }));
