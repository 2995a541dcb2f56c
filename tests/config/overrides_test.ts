import assert from "node:assert/strict";
import {
  expandGrid,
  type ExpandOptions,
  expandRandom,
  OverrideError,
  parseConfigText,
  parseOverrides,
  resolveConfig,
  type Value,
} from "../../lib/config/mod.ts";
import { parseOverride } from "../../lib/config/overrides/parse.ts";
import { formatValue } from "../../lib/config/overrides/value.ts";
import { createStream } from "../../lib/random/mod.ts";
import { configOf, messageOf } from "../training/support.ts";

const valueOf = (text: string) => parseOverride(`a=${text}`).value;
const sweepOf = (text: string) => {
  const { sweep } = parseOverride(`a=${text}`);
  return sweep?.kind === "choice" ? sweep.values : sweep;
};

Deno.test("values have the types of Hydra's grammar", () => {
  const cases: readonly (readonly [string, Value])[] = [
    ["null", null],
    ["True", true],
    ["10", 10],
    ["1_000", 1000],
    ["-3", -3],
    ["5e-4", 0.0005],
    ["3.", 3],
    [".5", 0.5],
    ["inf", Infinity],
    ["hello world", "hello world"],
    ["'10'", "10"],
    ["'it\\'s'", "it's"],
    ['"a,b"', "a,b"],
    ["a\\,b", "a,b"],
    ["path/to:x-1", "path/to:x-1"],
    ["", ""],
    ["[1, [a], {b: 2}]", [1, ["a"], { b: 2 }]],
    ["{a:1,b:{c:[]}}", { a: 1, b: { c: [] } }],
    ["${x.y}", "${x.y}"],
    ["int(3.7)", 3],
    ["str([1,2])", ["1", "2"]],
  ];
  for (const [text, expected] of cases) assert.deepEqual(valueOf(text), expected, text);
});

Deno.test("a value that is printed reads back as itself", () => {
  const values: readonly Value[] = ["", "a b", "10", "null", "it's", "a\\b", "x:y", "${a}", -0, 1e-7, [1, "a,b"], {
    "k k": [null, true],
  }];
  for (const value of values) assert.deepEqual(valueOf(formatValue(value)), value, formatValue(value));
});

Deno.test("comma lists, choice, range, sort and casts give their values", () => {
  assert.deepEqual(sweepOf("1,b,[2,3]"), [1, "b", [2, 3]]);
  assert.deepEqual(sweepOf("choice(a,b)"), ["a", "b"]);
  assert.deepEqual(sweepOf("range(3)"), [0, 1, 2]);
  assert.deepEqual(sweepOf("range(0,0.3,0.1)"), [0, 0.1, 0.2]);
  assert.deepEqual(sweepOf("range(10,0,-3)"), [10, 7, 4, 1]);
  assert.deepEqual(sweepOf("range(start=1,stop=3)"), [1, 2]);
  assert.deepEqual(sweepOf("sort(3,10,2)"), [2, 3, 10]);
  assert.deepEqual(sweepOf("sort(b,a,c,reverse=true)"), ["c", "b", "a"]);
  assert.deepEqual(sweepOf("float(range(2))"), [0, 1]);
});

Deno.test("words that cannot be read say where reading stopped", () => {
  assert.match(messageOf(() => parseOverride("a=[1,2")), /expected "\]" at its end/);
  assert.match(messageOf(() => parseOverride("a=chioce(1)")), /did you mean "choice"/);
  assert.match(messageOf(() => parseOverride("a=x)")), /cannot read .* at "\)"/);
  for (const word of ["=3", "a b", "a='x", "1a=3", "a=range(0,1,0)", "a=interval(2,1)", "a=[choice(1,2)]", "~a=1,2"]) {
    assert.throws(() => parseOverride(word), OverrideError, word);
  }
});

Deno.test("key= changes, +key= adds, ++key= does either, ~key deletes, and each refuses what it is not for", () => {
  const read = (...words: string[]) =>
    resolveConfig(parseConfigText("name: x\ngrpo: {kl: {coefficient: 0.1}}", "f.yaml"), parseOverrides(words));
  assert.equal(read("grpo.epochs=3").grpo.epochs, 3);
  assert.equal(read("++grpo.epochs=3").grpo.epochs, 3);
  assert.equal(read("~grpo.kl").grpo.kl.coefficient, 0);
  assert.equal(read("~grpo.kl.coefficient=0.1").grpo.kl.coefficient, 0);
  assert.equal(read("grpo.kl={every: 7}").grpo.kl.coefficient, 0.1);
  assert.match(messageOf(() => read("~grpo.kl.coefficient=0.2")), /not deleted: its value is 0.1/);
  assert.match(messageOf(() => read("~grpo.epochs")), /nothing to delete.*it is the default 1/);
  assert.match(messageOf(() => read("+grpo.epochs=2")), /it has a value already/);
  assert.match(messageOf(() => read("+grpo.epoch=2")), /did you mean "epochs"/);
  assert.match(messageOf(() => read("seed=1,2")), /needs --multirun/);
});

Deno.test("a list is replaced and its elements can be reached", () => {
  const stage = "{name: a, families: [chain], sizes: {min: 3, max: 4}}";
  const config = configOf(`curriculum.stages=[${stage}]`, "curriculum.stages.0.sizes.max=9");
  assert.equal(config.curriculum.stages[0]?.sizes.max, 9);
  assert.match(messageOf(() => configOf(`curriculum.stages=[${stage}]`, "curriculum.stages.3.name=b")), /stages.3/);
});

const options: ExpandOptions = {
  group: (key) => key === "track" ? ["confounded", "linear", "scarce"] : undefined,
  draw: (trial, name) => ((trial * 37 + name.length * 11) % 100) / 100,
};

Deno.test("a grid has every combination, the last word fastest", () => {
  const words = parseOverrides(["seed=range(2)", "track=glob(*,exclude=c*)", "grpo.epochs=4"]);
  assert.deepEqual(expandGrid(words, options), [
    ["seed=0", "track=linear", "grpo.epochs=4"],
    ["seed=0", "track=scarce", "grpo.epochs=4"],
    ["seed=1", "track=linear", "grpo.epochs=4"],
    ["seed=1", "track=scarce", "grpo.epochs=4"],
  ]);
});

Deno.test("a shuffled choice holds the same values in another order", () => {
  const [word] = parseOverrides(["seed=shuffle(range(20))"]);
  assert.ok(word !== undefined);
  const seeds = expandGrid([word], options).map(([job]) => Number(job?.split("=")[1]));
  assert.notDeepEqual(seeds, seeds.toSorted((a, b) => a - b));
  assert.deepEqual(seeds.toSorted((a, b) => a - b), Array.from({ length: 20 }, (_, index) => index));
});

Deno.test("an interval needs a sampler, and a glob needs files that match", () => {
  const expand = (word: string) => () => expandGrid(parseOverrides([word]), options);
  assert.match(messageOf(expand("seed=interval(0,1)")), /needs a sampler/);
  assert.match(messageOf(expand("track=glob(x*)")), /no match; there are confounded, linear, scarce/);
  assert.match(messageOf(expand("seed=glob(*)")), /no files to match/);
});

Deno.test("random trials stay inside their intervals, are whole where asked, and do not depend on their number", () => {
  const words = parseOverrides(["a=tag(log,interval(1e-4,1e-2))", "b=int(interval(1,3))", "c=x,y", "d=1"]);
  const jobs = expandRandom(words, 50, options);
  assert.deepEqual(expandRandom(words, 5, options), jobs.slice(0, 5));
  const column = (index: number) => jobs.map((job) => Number(job[index]?.split("=")[1]));
  assert.ok(column(0).every((a) => a >= 1e-4 && a < 1e-2));
  assert.ok(column(0).filter((a) => a < 1e-3).length > 15, "half of a log interval lies below its geometric mean");
  assert.deepEqual([...new Set(column(1))].sort(), [1, 2, 3]);
  assert.ok(jobs.every((job) => job[3] === "d=1"));
});

Deno.test("a sweep of more jobs than anyone means is refused at once with their number", () => {
  const words = parseOverrides(["a=range(0,100000)", "b=range(0,10000)"]);
  assert.match(
    messageOf(() => expandGrid(words, options)),
    /^the words ask for 1,000,000,000 jobs; at most 10,000 are planned$/,
  );
  assert.match(messageOf(() => expandRandom(words, 1e9, options)), /^--trials asks for 1,000,000,000 jobs/);
});

Deno.test("no trial is drawn twice, and more trials than there can be are refused", () => {
  const words = parseOverrides(["a=1,2,3", "b=int(interval(1,2))", "c=x,x"]);
  const stream = createStream(3);
  const random = { ...options, draw: (trial: number, name: string) => stream.child(trial).child(name).uniform() };
  const jobs = expandRandom(words, 6, random);
  assert.equal(new Set(jobs.map((job) => job.join(" "))).size, 6);
  assert.deepEqual(expandRandom(words, 4, random), jobs.slice(0, 4));
  assert.match(messageOf(() => expandRandom(words, 7, random)), /^there are 6 different trials, fewer than the 7/);
});
