import assert from "node:assert/strict";
import { createStream } from "../../../lib/random/mod.ts";
import { Attempts } from "../../../lib/theory/learning/attempts.ts";
import { drawGroups } from "../../../lib/theory/learning/roller.ts";
import { encode } from "../../../lib/theory/language/vocabulary.ts";
import { rewrite } from "../../../lib/theory/learning/replay_roller.ts";
import { stagePrompts } from "../../../lib/theory/learning/training.ts";
import { TheoryScorer } from "../../../lib/theory/learning/reward.ts";
import { theoryTask } from "../../../lib/theory/language/tasks.ts";

const task = theoryTask("T2");
const scorer = new TheoryScorer(task);
const [electron, doublet] = task.prompts;

/** A string for the prompt that lacks e^c, with the field added. */
function completed(field: string) {
  const tokens = [...electron.script as number[], ...encode(`${field} EOS`)];
  const verdict = scorer.score(tokens, electron);
  return { written: rewrite(electron, tokens, []), verdict };
}

const RIGHT = completed("F c1 w1 y6 n3");
const WRONG = completed("F c1 w1 y6 n2");
const OTHER = completed("F c1 w1 y5 n2");

function record(attempts: Attempts, members: readonly (typeof RIGHT)[], problem = "p"): readonly number[] {
  return attempts.record(problem, members.map(({ written }) => written), members.map(({ verdict }) => verdict));
}

function close(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-12, `${actual} against ${expected}`));
}

Deno.test("a failed string costs β ln n once it has been written n times, a success never anything", () => {
  const { reward } = WRONG.verdict;
  const attempts = new Attempts({ solvedWeight: 1, repeatCost: 0.2 });
  close(record(attempts, [WRONG, RIGHT]), [reward, 1]);
  // Written once before and twice now: all three count for both.
  const cost = 0.2 * Math.log(3);
  close(record(attempts, [WRONG, RIGHT, OTHER, WRONG]), [reward - cost, 1, OTHER.verdict.reward, reward - cost]);
  close(record(attempts, [WRONG], "q"), [reward]);
  close(record(attempts, [WRONG]), [reward - 0.2 * Math.log(4)]);
});

Deno.test("without a cost the rewards are the verdicts', and no string is kept", () => {
  const attempts = new Attempts({ solvedWeight: 0.5, repeatCost: 0 });
  const group = [WRONG, WRONG, RIGHT];
  assert.deepEqual(record(attempts, group), group.map(({ verdict }) => verdict.reward));
  assert.deepEqual(attempts.state(), { latest: [["p", 1 / 3]], failures: [] });
});

Deno.test("what was tried goes on from its state", () => {
  const options = { solvedWeight: 0.1, repeatCost: 0.3 };
  const [straight, resumed] = [new Attempts(options), new Attempts(options)];
  record(straight, [WRONG, OTHER, RIGHT]);
  resumed.restore(JSON.parse(JSON.stringify(straight.state())));
  assert.deepEqual(record(resumed, [WRONG, WRONG]), record(straight, [WRONG, WRONG]));
  assert.deepEqual(resumed.state(), straight.state());
  assert.equal(resumed.weight("p"), 1);
});

Deno.test("a solved prompt is drawn as often as its weight says, by the success of its latest group", () => {
  const attempts = new Attempts({ solvedWeight: 0.1, repeatCost: 0 });
  const weight = ({ name }: typeof electron) => attempts.weight(name);
  assert.equal(weight(electron), 1);
  record(attempts, [RIGHT, RIGHT], electron.name);
  record(attempts, [RIGHT, RIGHT, RIGHT, WRONG], doublet.name);
  close([weight(electron), weight(doublet)], [0.1, 0.325]);
  const prompts = stagePrompts({ tasks: [], threshold: 1, patience: 1, maxAdded: 1 }, task);
  const drawn = drawGroups([{ scorer, share: 1, prompts, weight }], { groups: 20000, groupSize: 1 }, createStream(1));
  const share = (prompt: typeof electron) => drawn.filter((group) => group.prompt === prompt).length / 20000;
  // Two untried prompts beside them: the weights add up to 2.425.
  assert.ok(Math.abs(share(electron) - 0.1 / 2.425) < 0.006);
  assert.ok(Math.abs(share(doublet) - 0.325 / 2.425) < 0.01);
  record(attempts, [WRONG, OTHER], electron.name);
  assert.equal(weight(electron), 1);
});

Deno.test("options that make no record are refused", () => {
  assert.throws(() => new Attempts({ solvedWeight: 0, repeatCost: 0 }), /solvedWeight must lie in \(0, 1\], got 0/);
  assert.throws(() => new Attempts({ solvedWeight: 1, repeatCost: -1 }), /repeatCost must be ≥ 0, got -1/);
});
