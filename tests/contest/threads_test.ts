import assert from "node:assert/strict";
import {
  type Arena,
  baselineContestants,
  type Contestant,
  createPlayers,
  seedsContestant,
  tuneBaseline,
} from "../../lib/contest/mod.ts";
import { heldOutProblems, namedProblem, repeatedProblem } from "../../lib/evaluation/mod.ts";
import { robustnessScenarios } from "../../lib/contest/scenarios/robustness.ts";
import { createPolicy, openPolicy, openScm, readTrack, readTuned, type Track } from "../../lib/training/mod.ts";
import { createStream } from "../../lib/random/mod.ts";
import { trackStream } from "../../lib/scm/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { BASELINES } from "../../lib/policy/mod.ts";
import { trainedContestant } from "../../lib/contest/contestants.ts";

await useBackend("auto");

/** More problems than one part holds, with widths that differ from part to part. */
const PROBLEMS = 33;
const LINEAR = readTrack("linear");
const TUNED = readTuned("linear");

function arenaOf(track: Track, problems = PROBLEMS): Arena {
  const stream = trackStream(track, "validation").child("threads");
  return {
    problems: heldOutProblems(track.distribution, "validation", problems, stream),
    episode: { ...track.episode, horizon: 2 },
    stream: stream.child("episodes"),
  };
}

/** Numbers as they are compared: a list of bytes would tell apart two kinds of "not a number". */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, plain(own)]));
}

/** Asserts that several threads record what one thread does, and what a whole batch does. */
async function assertSame(contestants: readonly Contestant[], arena: Arena, workers: number): Promise<void> {
  using one = createPlayers(1);
  using several = createPlayers(workers);
  const [alone, ahead] = [await one.ahead(contestants, arena), await several.ahead(contestants, arena)];
  const untimed = (played: Contestant) => played.play(arena).map(({ secondsPerDecision: _, ...rest }) => plain(rest));
  contestants.forEach((contestant, c) => {
    assert.ok(contestant.sources !== undefined, `${contestant.name} is played here alone`);
    assert.deepEqual(untimed(ahead[c]), untimed(alone[c]), contestant.name);
    assert.deepEqual(untimed(ahead[c]), untimed(contestant), contestant.name);
  });
}

Deno.test("every kind of contestant plays to the byte the same on three threads as on one", async () => {
  const { source, config } = openPolicy("linear");
  const fresh = { source, policy: createPolicy(config, createStream(config.seed).child("policy")) };
  await assertSame(
    [
      ...seedsContestant("grpo", ["linear", "linear-1"].map((name) => openPolicy(name, 0.3)), "annealed"),
      trainedContestant("untrained", [fresh], "mode", "untrained"),
      ...baselineContestants(["random", "blr-obs-ucb", "exact-thompson", "oracle"], TUNED),
    ],
    arenaOf({ ...LINEAR, distribution: { ...LINEAR.distribution, sizes: { min: 3, max: 5 } } }),
    3,
  );
});

Deno.test("the truth about problems of every kind is the same in another thread", async () => {
  const [shifted, drifting] = ["shift interventions", "drifting instrument"].map((name) =>
    robustnessScenarios(LINEAR, 2).find((scenario) => scenario.name === name)?.problems ?? assert.fail(name)
  );
  const kinds = [
    ...["confounded", "nonlinear", "broad"].map((name) => arenaOf(readTrack(name), 3).problems),
    shifted,
    drifting,
    repeatedProblem(namedProblem(openScm("toy_graph").scm), 2),
    arenaOf(LINEAR, 23).problems,
  ].flatMap((problems, kind) => problems.map((problem) => ({ ...problem, key: `${kind} ${problem.key}` })));
  const arena = { ...arenaOf(LINEAR, 2), problems: kinds };
  assert.ok(kinds.length > 32, "more than one part");
  await assertSame(baselineContestants(["random-endpoint", "oracle"], TUNED), arena, 2);
});

Deno.test("sets of variables are handed to another thread", async () => {
  const several = { ...LINEAR, distribution: { ...LINEAR.distribution, setAtOnce: { min: 1, max: 3 } } };
  await assertSame(baselineContestants(["random-endpoint", "oracle"], TUNED), arenaOf(several, 33), 2);
});

Deno.test("who cannot be handed to another thread is played in this one, and each is said once in their order", async () => {
  const arena = arenaOf(LINEAR, 34);
  const own = trainedContestant("own", [{ policy: BASELINES.random.create({}) }], "sample");
  const [random, oracle] = baselineContestants(["random", "oracle"], TUNED);
  const said: string[] = [];
  using players = createPlayers(2);
  const played = await players.ahead(
    [random, oracle, own],
    arena,
    (line, place) => said.push(`${place?.done} ${line}`),
  );
  assert.deepEqual(said, ["0 playing random", "1 playing oracle", "2 playing own", "3 3 of 3 done"]);
  assert.deepEqual(played[2].play(arena)[0].normalised, own.play(arena)[0].normalised);
  const foreign = {
    ...arena,
    problems: arena.problems.map((problem) => ({
      ...problem,
      outcomes: { ...problem.outcomes, recipe: undefined as never },
    })),
  };
  const [alone] = await players.ahead([random], foreign);
  assert.deepEqual(alone.play(foreign)[0].normalised, played[0].play(arena)[0].normalised);
});

Deno.test("settings are tuned to the same on two threads as on one", async () => {
  const arena = arenaOf(LINEAR);
  const tuned = await Promise.all([1, 2].map(async (workers) => {
    using players = createPlayers(workers);
    return await tuneBaseline(players, "blr-obs-ucb", arena);
  }));
  assert.deepEqual(tuned[0], tuned[1]);
});

Deno.test("what fails in another thread fails here, by its name", async () => {
  const arena = arenaOf(LINEAR, 34);
  const [random] = baselineContestants(["random"], TUNED);
  using players = createPlayers(2);
  const lost: Contestant = {
    ...random,
    sources: [{ kind: "trained", name: "lost", path: "./no-such-run", mode: "mode" }],
  };
  await assert.rejects(players.ahead([lost], arena), { name: "NoCheckpointError" });
});
