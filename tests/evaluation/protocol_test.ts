import assert from "node:assert/strict";
import { type Arena, createPlayers, tuneBaseline } from "../../lib/contest/mod.ts";
import {
  evaluate,
  type EvaluationOptions,
  type EvaluationProblem,
  evaluationSteps,
  heldOutProblems,
  namedProblem,
  runStepsWithPauses,
  type Tuning,
  tuningRounds,
} from "../../lib/evaluation/mod.ts";
import { checkRecords } from "../../lib/evaluation/records.ts";
import { BASELINES, type Policy, PRIVILEGED_BASELINES } from "../../lib/policy/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { LINEAR_DISTRIBUTION } from "../../lib/scm/mod.ts";
import { chain, linearProblem } from "../environment/support.ts";

const EPISODE = { observationalRows: 20, interventionalRows: 0, horizon: 6, rowsPerIntervention: 1 };
const PROBLEMS = heldOutProblems(LINEAR_DISTRIBUTION, "validation", 40, createStream(1));
const OPTIONS: EvaluationOptions = { method: "m", episode: EPISODE, stream: createStream(2), mode: "sample" };
const baseline = (name: string) => BASELINES[name].create(BASELINES[name].grid[0]);
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Always the same variable and value. */
function fixed(variable: number, value: number): Policy {
  const actions = (episodes: number) => ({
    variable: new Int32Array(episodes).fill(variable),
    value: new Float64Array(episodes).fill(value),
  });
  return {
    name: "fixed",
    act: ({ problems }) => ({ ...actions(problems.episodes), logProb: new Float64Array(problems.episodes) }),
    recommend: ({ problems }) => actions(problems.episodes),
  };
}

Deno.test("the records of a fixed intervention are its closed form", () => {
  const problem = namedProblem(chain().scm);
  const records = evaluate(fixed(1, -0.6), [problem], OPTIONS);
  checkRecords(records);
  const all = <T>(value: T) => Array.from({ length: EPISODE.horizon }, () => value);
  assert.deepEqual([...records.variable], all(1));
  assert.deepEqual([...records.rawValue], all(-3));
  assert.ok(records.scaledValue.every((value) => Math.abs(value + 0.6) < 1e-12));
  assert.deepEqual([...records.expected], all(-4.5));
  assert.deepEqual([...records.normalised], all(0.4));
  assert.deepEqual([...records.recommendationNormalised], [0.4]);
  assert.deepEqual([...records.isParent], all(1));
  assert.deepEqual([...records.isBestVariable], all(0));
  assert.deepEqual([...records.isRightSign], all(1));
  assert.deepEqual([records.family[0], records.sizes[0], records.method], ["linear X0X1X2", 3, "m"]);
  assert.ok(records.sampled.every((value) => Math.abs(value + 4.5) < 5));
  const wrong = evaluate(fixed(0, 0.2), [problem], OPTIONS);
  assert.deepEqual([...wrong.isRightSign], all(0));
  assert.deepEqual([...wrong.isBestVariable], all(1));
  assert.deepEqual([...evaluate(fixed(0, 0), [problem], OPTIONS).isRightSign], all(0));
});

Deno.test("a variable without effect has no right sign", () => {
  const { scm } = linearProblem(["A", "B", "Y"], [{ from: "A", to: "Y", weight: 1 }]);
  for (const value of [-1, 1]) {
    assert.ok(evaluate(fixed(1, value), [namedProblem(scm)], OPTIONS).isRightSign.every((right) => right === 0));
  }
});

Deno.test("every method meets the same noise: under one intervention the sampled outcomes differ by nothing", () => {
  const problem = namedProblem(chain().scm);
  const low = evaluate(fixed(1, -1), [problem], OPTIONS);
  const high = evaluate(fixed(1, 1), [problem], { ...OPTIONS, method: "other" });
  // Y = 1.5·X1 + noise with the same noise: 15 apart at every step.
  assert.ok(low.sampled.every((value, t) => Math.abs(high.sampled[t] - value - 15) < 1e-9));
  const other = evaluate(fixed(1, -1), [problem], { ...OPTIONS, stream: createStream(3) });
  assert.notDeepEqual(other.sampled, low.sampled);
  assert.equal(new Set(low.sampled).size, EPISODE.horizon);
});

Deno.test("a subset of the problems, in any order, gives the same numbers", () => {
  const policy = baseline("blr-obs-thompson");
  const all = evaluate(policy, PROBLEMS, OPTIONS);
  const picked = [31, 4, 17];
  const some = evaluate(policy, picked.map((k) => PROBLEMS[k]), OPTIONS);
  picked.forEach((k, p) => {
    const of = (data: Float64Array, row: number) => [...data.subarray(row * 6, row * 6 + 6)];
    assert.deepEqual(of(some.sampled, p), of(all.sampled, k));
    assert.deepEqual(of(some.normalised, p), of(all.normalised, k));
    assert.equal(some.recommendationNormalised[p], all.recommendationNormalised[k]);
  });
});

Deno.test("batches that are cut for memory give the same numbers as small ones", () => {
  const distribution = { ...LINEAR_DISTRIBUTION, sizes: { min: 120, max: 120 } };
  const wide = heldOutProblems(distribution, "validation", 36, createStream(4));
  const together = evaluate(baseline("blr-obs-greedy"), wide, OPTIONS);
  const last = evaluate(baseline("blr-obs-greedy"), [wide[35]], OPTIONS);
  assert.deepEqual([...together.expected.subarray(35 * 6)], [...last.expected]);
  assert.deepEqual([...together.sizes], Array.from({ length: 36 }, () => 120));
});

Deno.test("an evaluation with pauses is the same evaluation, pauses after each intervention, and ends where a pause throws", async () => {
  let pauses = 0;
  const count = () => {
    pauses++;
    return Promise.resolve();
  };
  const steps = () => evaluationSteps(baseline("blr-ucb"), PROBLEMS, OPTIONS);
  const { normalised } = await runStepsWithPauses(steps(), count);
  assert.equal(pauses, EPISODE.horizon);
  assert.deepEqual(normalised, evaluate(baseline("blr-ucb"), PROBLEMS, OPTIONS).normalised);
  const stop = () => {
    if (--pauses === 0) throw new Error("stopped");
    return Promise.resolve();
  };
  pauses = 3;
  await assert.rejects(runStepsWithPauses(steps(), stop), /stopped/);
  assert.equal(pauses, 0);
});

Deno.test("oracles are made anew for each batch and reach 1 at every step", () => {
  const records = evaluate(PRIVILEGED_BASELINES.oracle, PROBLEMS, OPTIONS);
  assert.ok(records.normalised.every((value) => Math.abs(value - 1) < 1e-9));
  assert.ok(records.isBestVariable.every((best) => best === 1));
  const parent = evaluate(PRIVILEGED_BASELINES["oracle-parent"], PROBLEMS, OPTIONS);
  assert.ok(parent.isParent.every((isParent) => isParent === 1));
  assert.ok(parent.normalised.every((value) => value <= 1 + 1e-9));
});

Deno.test("the baselines stand in the order that is known: oracle, observational prior, none, bandit, random", () => {
  const problems = heldOutProblems(LINEAR_DISTRIBUTION, "validation", 200, createStream(5));
  const value = (name: string) =>
    mean(evaluate(baseline(name), problems, { ...OPTIONS, episode: { ...EPISODE, horizon: 20 } }).normalised);
  const [random, bandit, blind, informed] = ["random", "ucb1", "blr-ucb", "blr-obs-greedy"].map(value);
  assert.ok(Math.abs(random) < 0.08, `${random}`);
  assert.ok(bandit > random + 0.3 && blind > bandit + 0.1 && informed > blind + 0.1, `${bandit} ${blind} ${informed}`);
  assert.ok(informed > 0.9, `${informed}`);
});

Deno.test("the splits share no problem, and a longer list begins with the shorter one", () => {
  const draw = (split: "train" | "validation" | "test", count: number) =>
    heldOutProblems(LINEAR_DISTRIBUTION, split, count, createStream(6)).map(({ scm }) => JSON.stringify(scm));
  const lists = (["train", "validation", "test"] as const).map((split) => draw(split, 30));
  assert.equal(new Set(lists.flat()).size, 90);
  assert.deepEqual(draw("test", 10), lists[2].slice(0, 10));
  const families = new Set(PROBLEMS.map(({ family }) => family));
  assert.ok([...families].every((family) => Object.hasOwn(LINEAR_DISTRIBUTION.families, family)), [...families].join());
  assert.throws(() => draw("test", 0), /0 test problems/);
});

Deno.test("decisions are timed by the clock that is handed in, and by none other", () => {
  let now = 0;
  const ticking = evaluate(fixed(0, 0), [namedProblem(chain().scm)], { ...OPTIONS, clock: () => now += 0.5 });
  assert.equal(ticking.secondsPerDecision, 0.5);
  assert.ok(Number.isNaN(evaluate(fixed(0, 0), [namedProblem(chain().scm)], OPTIONS).secondsPerDecision));
});

Deno.test("problems that would share their noise are refused, and so is an empty list", () => {
  const problem = namedProblem(chain().scm);
  assert.throws(() => evaluate(fixed(0, 0), [problem, PROBLEMS[0], problem], OPTIONS), /named linear X0X1X2/);
  assert.throws(() => evaluate(fixed(0, 0), [], OPTIONS), /m without problems/);
});

/** Tunes in this thread alone. */
async function tune(
  name: string,
  problems: readonly EvaluationProblem[],
  { fixed, ...options }: Pick<Arena, "episode" | "stream"> & { readonly fixed?: Readonly<Record<string, number>> },
): Promise<Tuning> {
  using players = createPlayers(1);
  return await tuneBaseline(players, name, { ...options, problems }, fixed);
}

Deno.test("tuning returns the best point of the grid: the brute-force one on all problems", async () => {
  const few = PROBLEMS.slice(0, 20);
  const { points, tried } = await tune("epsilon-greedy", few, OPTIONS);
  const brute = BASELINES["epsilon-greedy"].grid.map((parameters) => ({
    parameters,
    meanValue: mean(evaluate(BASELINES["epsilon-greedy"].create(parameters), few, OPTIONS).normalised),
  })).sort((a, b) => b.meanValue - a.meanValue);
  assert.equal(tried, brute.length);
  assert.deepEqual(points, brute);
});

Deno.test("a large grid is screened on a quarter of the problems and decided on all of them", async () => {
  const { grid } = BASELINES["blr-obs-greedy"];
  // Worth by place in the grid: what screening finds best is not what all problems find best.
  const screenedWorth = (k: number) => -Math.abs(k - 20);
  const kept = Math.ceil(grid.length / 8);
  const rounds = tuningRounds("blr-obs-greedy", 40);
  const screening = rounds.next();
  assert.ok(!screening.done);
  assert.deepEqual(screening.value, { points: grid, problems: 10 });
  const decision = rounds.next(grid.map((_, k) => screenedWorth(k)));
  assert.ok(!decision.done);
  const finalists = [...grid.keys()].sort((a, b) => screenedWorth(b) - screenedWorth(a)).slice(0, kept).sort((a, b) =>
    a - b
  );
  assert.deepEqual(decision.value, { points: finalists.map((k) => grid[k]), problems: 40 });
  const end = rounds.next(finalists.map((_, k) => k));
  assert.ok(end.done);
  const best = finalists.map((k, place) => ({ parameters: grid[k], meanValue: place })).reverse();
  assert.deepEqual(end.value, { baseline: "blr-obs-greedy", points: best, tried: grid.length });
  await assert.rejects(tune("magic", PROBLEMS, OPTIONS), /"magic": the baselines are random, /);
});

Deno.test("a parameter that is fixed is not tuned, and one that no setting has is refused", async () => {
  const few = PROBLEMS.slice(0, 4);
  const { points, tried } = await tune("gp-ei", few, { ...OPTIONS, fixed: { values: 2 } });
  assert.equal(tried, 2);
  assert.ok(points.every(({ parameters }) => parameters.values === 2));
  assert.equal((await tune("random", few, { ...OPTIONS, fixed: { values: 2 } })).tried, 1);
  await assert.rejects(tune("gp-ei", few, { ...OPTIONS, fixed: { values: 3 } }), /gp-ei is not tuned over/);
});
