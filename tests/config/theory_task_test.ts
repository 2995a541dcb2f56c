import assert from "node:assert/strict";
import { join } from "node:path";
import {
  formatConfig,
  parseConfigText,
  parseOverrides,
  resolveTheoryConfig,
  theoryTrainingOptions,
} from "../../lib/config/mod.ts";
import { projectPath } from "../../lib/input/mod.ts";

const EXAMPLE = projectPath("configs", "theories", "dark_u1.yaml");
const resolve = (...words: string[]) => resolveTheoryConfig(parseConfigText("", "test.yaml"), parseOverrides(words));

async function withFile(text: string, use: (file: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const file = join(folder, "own.yaml");
    await Deno.writeTextFile(file, text);
    use(file);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a task's file stands whole in the resolved config, so that a run needs it no longer", () => {
  const config = resolve(`task=${EXAMPLE}`);
  const again = resolveTheoryConfig(parseConfigText(formatConfig(config), "config.yaml"));
  assert.deepEqual(again, config);
  const [{ task }] = theoryTrainingOptions(config).stages[0].tasks;
  assert.equal(task.name, "dark-u1");
  assert.deepEqual([task.prompts.length, task.heldOut.length], [1, 1]);
  assert.equal(task.prompts[0].script.filter((item) => typeof item !== "number").length, 5);
});

Deno.test("a stage of the curriculum takes the task of the file as own", () => {
  const stages = "curriculum={enabled: true, stages: [{name: first, tasks: {T0: 1}}, {name: last, tasks: {own: 1}}]}";
  const { stages: [, last] } = theoryTrainingOptions(resolve(`task=${EXAMPLE}`, stages));
  assert.equal(last.tasks[0].task.name, "dark-u1");
  assert.throws(() => resolve(stages), /curriculum\.stages\.1\.tasks\.own: task holds no task of your own, it is T0/);
});

Deno.test("what is wrong in a task's file is said with its file, line and the nearest key", async () => {
  const text = await Deno.readTextFile(EXAMPLE);
  const faults: readonly (readonly [string, string, RegExp])[] = [
    [
      "cancellation: 0",
      "cancelation: 0",
      /own\.yaml:20:1: task\.cancelation: unknown key; did you mean "cancellation"\?/,
    ],
    ["[U1X]", "[U1Y]", /own\.yaml:9:13: task\.group\.factors\.0: expected one of .* did you mean "U1"\?/],
    ["[chiral]", "[chirl]", /own\.yaml:18:9: task\.goals\.0: .*did you mean "chiral"\?/],
    [
      '"()_?", "()_?", "()_?", "()_?", "()_?"]',
      '"()_?", "(3)_?"]',
      /own\.yaml:12:22: task\.prompts\.0\.fields\.1: \(3\)_\? has 1 representations/,
    ],
    [
      "charges: { U1X: 3 } # from",
      "charges: { U1X: 30 } # from",
      /task\.prompts\.0\.charges\.U1X: expected 1\/3 to 15\/3/,
    ],
    ["name: dark-u1", "name: T3", /task\.name: this name is taken/],
  ];
  for (const [from, to, words] of faults) {
    await withFile(text.replace(from, to), (file) => assert.throws(() => resolve(`task=${file}`), words, to));
  }
  assert.throws(
    () => resolve("task=configs/theories/drak_u1.yaml"),
    /no such file; did you mean "configs\/theories\/dark_u1\.yaml"/,
  );
  assert.throws(() => resolve("task=T9"), /task: expected one of T0, .*a YAML file/);
});
