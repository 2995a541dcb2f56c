/** Tracks of one's own: files by their path, every key changed in a config, problems drawn from SCM files. */

import assert from "node:assert/strict";
import { compareRun } from "../../lib/contest/mod.ts";
import { loadConfig, parseConfigText, resolveConfig } from "../../lib/config/mod.ts";
import { heldOutProblems } from "../../lib/evaluation/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import {
  conclude,
  drawProblems,
  loadTrack,
  ownTunedFile,
  POLICY_TRAINING,
  readTuned,
  startTraining,
  trackStages,
  trackTitle,
  train,
} from "../../lib/training/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { freshFolder } from "../folder.ts";

const QUICK = new URL("../../configs/quick.yaml", import.meta.url).pathname;
const PLANT = `name: plant
objective: maximize
target: yield
variables:
  heat: { noise: 1, domain: [-2, 3] }
  growth: { linear: { heat: 0.8 }, noise: 0.3, domain: [-1, 1] }
  yield: { linear: { growth: 2 }, noise: 0.5 }
`;

const config = (...words: readonly string[]) => loadConfig(QUICK, words);

Deno.test("every key of a track can be changed in a config, and its title says which", () => {
  const changed = config(
    "track={base:linear,families:{chain:3,fork:1},density:{attachments:1},noise_kinds:[laplace],degrees_of_freedom:{min:3,max:4}," +
      "objective:maximize,minimum_gain:0.2,mechanisms:[linear,tanh],horizon:7}",
  );
  const { distribution, episode } = loadTrack(changed);
  assert.deepEqual(distribution.families, { chain: 3, fork: 1 });
  assert.deepEqual(distribution.density, { edgesPerVariable: 1.75, maximumProbability: 0.8, attachments: 1 });
  assert.deepEqual(distribution.noiseKinds, { laplace: 1 });
  assert.deepEqual(distribution.degreesOfFreedom, { min: 3, max: 4 });
  assert.deepEqual(distribution.mechanisms, { linear: 1, tanh: 1 });
  assert.deepEqual([distribution.objective, distribution.minimumGain, episode.horizon], ["maximize", 0.2, 7]);
  assert.match(trackTitle(changed), /^linear \(other families, .*minimum_gain, .*horizon\)$/);
  assert.equal(trackTitle(config()), "linear");
  const broad = loadTrack(config("track={base:broad,variety:{fixed:0.5,domains:[narrow]}}")).distribution.variety;
  assert.deepEqual([broad?.fixed, broad?.domains], [0.5, { narrow: 1 }]);
  assert.throws(() => loadTrack(config("track={base:linear,variety:{fixed:0.5}}")), /draws no such variety/);
  assert.throws(() => config("track={base:linear,noise_kinds:[laplac]}"), /did you mean "laplace"/);
});

Deno.test("problems are drawn from SCM files, everywhere in a run; the named ones and stages of random ones are refused", () => {
  const folder = freshFolder();
  Deno.writeTextFileSync(`${folder}/plant.yaml`, PLANT);
  Deno.writeTextFileSync(`${folder}/other.yaml`, PLANT.replace("plant", "other").replace("0.8", "-0.8"));
  const given = config(`track={base:linear,scms:["${folder}/plant.yaml","${folder}/other.yaml"]}`);
  const { distribution } = loadTrack(given);
  const names = (problems: readonly { readonly scm: { readonly name: string } }[]) =>
    [...new Set(problems.map(({ scm }) => scm.name))].sort();
  assert.deepEqual(names(drawProblems(distribution, 40, createStream(0))), ["other", "plant"]);
  const held = heldOutProblems(distribution, "test", 40, createStream(1));
  assert.deepEqual(names(held), ["other", "plant"]);
  assert.equal(held[0].family, held[0].scm.name);
  assert.ok(Math.abs(held[0].outcomes.best.outcome - 4.8) < 1e-12);
  assert.equal(trackTitle(given), "linear (SCMs plant, other)");
  for (const named of ["chain_3", new URL("../../configs/scms/chain_3.yaml", import.meta.url).pathname]) {
    assert.throws(() => loadTrack(config(`track={base:linear,scms:["${named}"]}`)), /never trained on/);
  }
  const staged = config(
    `track={base:linear,scms:["${folder}/plant.yaml"]}`,
    "curriculum.stages=[{name:a,families:[chain],sizes:{min:3,max:3}}]",
  );
  assert.throws(() => trackStages(staged, loadTrack(staged)), /stages draw random SCMs/);
});

Deno.test("a file of a track keeps its whole path, so that its run goes on from another folder", () => {
  const text = "name: x\ntrack: ./mine.yaml\nalso_train_on: [linear, sub/other.yaml]\n";
  const { track, also_train_on } = resolveConfig(parseConfigText(text, "x.yaml"));
  assert.deepEqual([track, ...also_train_on], [`${Deno.cwd()}/mine.yaml`, "linear", `${Deno.cwd()}/sub/other.yaml`]);
});

Deno.test("a policy is trained and compared on SCMs of one's own, whose baselines nobody has tuned, and both are said", async () => {
  await useBackend("auto");
  const folder = freshFolder();
  Deno.writeTextFileSync(`${folder}/plant.yaml`, PLANT);
  const linear = Deno.readTextFileSync(new URL("../../configs/tracks/linear.yaml", import.meta.url));
  Deno.writeTextFileSync(`${folder}/base.yaml`, linear.replace("name: linear", "name: nobody-tuned"));
  const own = config(
    `track={base:"${folder}/base.yaml",scms:["${folder}/plant.yaml"]}`,
    "grpo.updates=2",
    "grpo.problems_per_update=8",
    "evaluation.every=0",
    "evaluation.problems=4",
    "evaluation.baselines=[random,blr-obs-ucb]",
    "runtime.workers=1",
    "logging.tensorboard=false",
  );
  using training = await startTraining(POLICY_TRAINING, own, { results: folder });
  await train(training, { clock: () => 0 });
  const said: string[] = [];
  const { notes, scms, methods } = await compareRun(training.run, () => 0, (line) => said.push(line));
  await conclude(training);
  assert.deepEqual([scms, methods[0].records[0].family[0]], [1, "plant"]);
  assert.match(notes?.[0] ?? "", /SCMs of its training/);
  assert.match(notes?.[1] ?? "", /default settings: none is tuned on `nobody-tuned`/);
  assert.match(said.join("\n"), /no baselines are tuned there; deno task tune nobody-tuned does it/);
  assert.throws(() => readTuned("nobody-tuned"), /no baselines are tuned there/);
  assert.match(ownTunedFile("nobody-tuned"), /results\/baselines\/nobody-tuned\.yaml$/);
});
