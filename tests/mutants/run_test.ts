import assert from "node:assert/strict";
import { edited, type Mutation, verdictOf } from "./mutation.ts";
import { MUTATIONS } from "./mutations.ts";
import { chosenMutations, exitCodeFor } from "./run.ts";
import { mutatedFiles, readOriginals, tryMutations } from "./trial.ts";

const root = new URL("../../", import.meta.url);

Deno.test("every mutation changes a text that is there exactly once, and names tests that are there", () => {
  const originals = readOriginals(MUTATIONS);
  for (const mutation of MUTATIONS) {
    mutatedFiles(mutation, originals).forEach((contents, file) => assert.notEqual(contents, originals.get(file)));
    assert.ok(mutation.edits.length > 0 && mutation.tests.length > 0, mutation.name);
    for (const file of mutation.tests) assert.ok(Deno.statSync(new URL(file, root)).isFile, file);
  }
  assert.equal(new Set(MUTATIONS.map(({ name }) => name)).size, MUTATIONS.length);
  const rooms = new Set(MUTATIONS.flatMap(({ edits }) => edits.map(({ file }) => file.split("/")[1])));
  assert.deepEqual([...rooms].sort(), ["environment", "evaluation", "grpo", "policy", "reward", "scm", "surrogate"]);
});

Deno.test("an edit whose text is missing, or there twice, or replaced by itself is refused", () => {
  const file = "a.ts";
  assert.equal(edited("a + b", { file, text: "+", replacement: "$&" }), "a $& b");
  assert.throws(() => edited("a + b", { file, text: "-", replacement: "+" }), /a\.ts: "-" occurs 0 times/);
  assert.throws(() => edited("a + b + c", { file, text: "+", replacement: "-" }), /occurs 2 times/);
  assert.throws(() => edited("a + b", { file, text: "+", replacement: "+" }), /replaced by itself/);
});

Deno.test("only a test that fails kills: code that cannot be loaded proves nothing", () => {
  assert.equal(verdictOf({ success: true, output: "ok | 3 passed | 0 failed" }), "survived");
  assert.equal(verdictOf({ success: false, output: "FAILED | 2 passed | 1 failed" }), "killed");
  assert.equal(verdictOf({ success: false, output: "x.ts (uncaught error)\nFAILED | 0 passed | 1 failed" }), "broken");
  assert.equal(verdictOf({ success: false, output: "error: The module's source code could not be parsed" }), "broken");
});

Deno.test("a sample is the same for one seed, another for another, and in the order of the list", () => {
  const names = (seed: number) => chosenMutations(MUTATIONS, { sample: 8, seed }).map(({ name }) => name);
  assert.equal(new Set(names(1)).size, 8);
  assert.deepEqual(names(1), names(1));
  assert.notDeepEqual(names(1), names(2));
  assert.deepEqual(names(1), MUTATIONS.map(({ name }) => name).filter((name) => names(1).includes(name)));
  assert.deepEqual(chosenMutations(MUTATIONS, { only: ["k3-negated"], seed: 0 }).map(({ name }) => name), [
    "k3-negated",
  ]);
  assert.throws(() => chosenMutations(MUTATIONS, { only: ["k3-negatd"], seed: 0 }), /k3-negatd.*k3-negated/);
});

Deno.test("a mutation that is noticed is killed, one that is not survives and fails, and the project stays as it is", async () => {
  const file = "lib/grpo/gae.ts";
  const mutation = (name: string, text: string, replacement: string): Mutation => ({
    name,
    breaks: "nothing",
    edits: [{ file, text, replacement }],
    tests: ["tests/grpo/gae_test.ts"],
  });
  const before = Deno.readTextFileSync(new URL(file, root));
  const never = new AbortController().signal;
  const trials = await tryMutations(
    [
      mutation("noticed", "gamma * lambda * advantage[next]", "lambda * advantage[next]"),
      mutation("equivalent", "gamma * lambda * advantage[next]", "lambda * gamma * advantage[next]"),
      mutation("no code", "gamma * lambda * advantage[next]", "gamma *"),
      mutation("noticed again", "gamma * lambda * advantage[next]", "gamma * advantage[next]"),
    ],
    never,
  );
  assert.deepEqual(trials.map(({ verdict }) => verdict), ["killed", "survived", "broken", "killed"]);
  assert.equal(exitCodeFor(trials), 1);
  assert.equal(exitCodeFor([trials[0], trials[3]]), 0);
  assert.equal(exitCodeFor([]), 1);
  assert.equal(Deno.readTextFileSync(new URL(file, root)), before);
});

Deno.test("tests that never end are ended, and count as killed by a hang", async () => {
  const endless: Mutation = {
    name: "endless",
    breaks: "everything",
    edits: [{
      file: "lib/grpo/gae.ts",
      text: "const { reward, mask, member, time } = decisions;",
      replacement: "const { reward, mask, member, time } = decisions;\nwhile (reward.length >= 0);",
    }],
    tests: ["tests/grpo/gae_test.ts"],
  };
  const patience = { times: 1.5, atLeast: 1 };
  const [{ verdict, seconds, limit }] = await tryMutations([endless], new AbortController().signal, () => {}, patience);
  assert.equal(verdict, "killed by a hang");
  assert.ok(seconds >= limit);
});

Deno.test("Ctrl-C ends the command, its tests and its temporary copy", async () => {
  const folder = Deno.makeTempDirSync();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", new URL("run.ts", import.meta.url).pathname, "--only", "gae-without-gamma"],
    env: { NO_COLOR: "1", TMPDIR: folder },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  try {
    // The last file that is copied: from then on tests run.
    const isCopied = () =>
      [...Deno.readDirSync(folder)].some(({ name }) =>
        name.startsWith("mutants-") &&
        [...Deno.readDirSync(`${folder}/${name}`)].some((file) => file.name === "deno.lock")
      );
    while (!isCopied()) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGINT");
    const { code, stderr } = await child.output();
    assert.equal(code, 130);
    assert.match(new TextDecoder().decode(stderr), /removing the temporary copy/);
    assert.deepEqual([...Deno.readDirSync(folder)].filter(({ name }) => name.startsWith("mutants-")), []);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
