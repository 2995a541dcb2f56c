import assert from "node:assert/strict";
import { join } from "node:path";
import { inFolder } from "../training/support.ts";
import { run } from "./support.ts";

Deno.test("robustness prints and writes its table and its data", () =>
  inFolder(async (root) => {
    const args = ["--checkpoint", "configs/policies/linear", "--problems", "2", "--baselines", "random", "blr-obs-ucb"];
    const { code, out, err } = await run("robustness", ...args, "--out", root);
    assert.equal(code, 0, err);
    assert.match(out, /^Robustness of the linear policy\n\nOver all kinds together grpo .* blr-obs-ucb/);
    assert.match(out, /^shift interventions +/m);
    assert.doesNotMatch(out, /\*\*|\|/, "a terminal shows no Markdown");
    const rules = out.split("\n").filter((line) => line.startsWith("─"));
    assert.ok(rules.length > 3 && rules.every((line) => line.length <= 100));
    const page = Deno.readTextFileSync(join(root, "robustness-linear.md"));
    assert.match(page, /^# Robustness of the `linear` policy/);
    assert.match(page, /\| shift interventions \| /);
    const html = Deno.readTextFileSync(join(root, "robustness-linear.html"));
    assert.match(html, /<h1[^>]*>Robustness of the linear policy</, "a heading shows no Markdown");
    const data = Deno.readTextFileSync(join(root, "robustness-linear.json"));
    assert.equal((JSON.parse(data) as { scenarios: unknown[] }).scenarios.length, 22);
    const again = await run("robustness", ...args, "--out", join(root, "again"));
    assert.equal(again.code, 0, again.err);
    assert.equal(
      Deno.readTextFileSync(join(root, "again", "robustness-linear.md")).replaceAll("/again", ""),
      page,
      "the same command gives the same bytes",
    );
  }));

Deno.test("tracked tables are written only when asked for, and not from shortened settings", async () => {
  const before = modifiedIn("results/published");
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["robustness", ["--publish", "--problems", "8"], /its own settings \(--problems 512\): leave out --problems, or/],
    [
      "benchmarks",
      ["--repetitions", "2", "--publish", "--trials", "5"],
      /--trials 20 40, --repetitions 50\): leave out/,
    ],
    ["workflow", ["--publish"], /--publish is for a study .*--study/],
    ["workflow", ["--publish", "--study", "algorithms", "--seeds", "1"], /leave out --seeds/],
    ["workflow", ["--publish", "--study", "algorithms", "grpo.updates=2"], /leave out grpo\.updates=2/],
  ];
  const answers = await Promise.all(cases.map(([command, args]) => run(command, ...args)));
  answers.forEach(({ code, err }, i) => {
    assert.equal(code, 2, err);
    assert.match(err, cases[i][2]);
  });
  for (const command of ["robustness", "benchmarks"]) {
    const { out } = await run(command, "--help");
    assert.match(
      out.replace(/\s+/g, " "),
      new RegExp(`--out <folder> where they are written \\(default: results/${command}\\)`),
    );
  }
  assert.deepEqual(modifiedIn("results/published"), before);
});

/** Names and times of change of the files of a folder. */
function modifiedIn(folder: string): Record<string, number | undefined> {
  return Object.fromEntries([...Deno.readDirSync(folder)].map(({ name }) => [
    name,
    Deno.statSync(join(folder, name)).mtime?.getTime(),
  ]));
}

Deno.test("bad input to the commands about scenarios is answered in one line", async () => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["benchmarks", ["--scms", "toy_grap"], /toy_grap: no such SCM.*toy_graph/],
    ["benchmarks", ["--baselines", "causal-b"], /no baseline is named causal-b; did you mean "causal-bo"/],
    ["benchmarks", ["--trials", "many"], /whole number/],
    ["robustness", ["--checkpoint", "configs/policies/none"], /configs\/policies\/none/],
    ["robustness", ["--opponents", "blr-obs-uc"], /opponents: blr-obs-uc does not play; did you mean "blr-obs-ucb"/],
  ];
  const answers = await Promise.all(cases.map(([command, args]) => run(command, ...args)));
  answers.forEach(({ code, out, err }, i) => {
    assert.equal(code, 2, err);
    assert.equal(out, "");
    assert.match(err, cases[i][2]);
    assert.equal(err.trim().split("\n").length, 1, err);
  });
});
