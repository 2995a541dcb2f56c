/** A stranger's path: the README's commands from a clone to a report, run as they are written, with small settings. */

import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freshFolder } from "../folder.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What makes a command small; the words that are written come first. */
const SMALL: Readonly<Record<string, string>> = {
  suggest: "--interventions 3",
  train: "grpo.updates=2 evaluation.problems=8 evaluation.validation_problems=4 evaluation.every=1 checkpoint.every=1",
  evaluate: "--problems 8 --baselines random blr-obs-ucb",
  notebook: "-p problems=8 -p updates=2",
  compare: "--graphs chain --sizes 4 --problems 4 --scms chain_3 --repetitions 2 --baselines random blr-obs-ucb",
};

/** The commands of the block below the heading. */
function commands(readme: string): readonly string[] {
  const block = /## From a clone to a report\n[^]*?```sh\n([^]*?)```/.exec(readme)?.[1] ?? "";
  return block.trim().split("\n").map((line) => line.replace(/ +#.*$/, ""));
}

Deno.test("the README's ten commands lead from a clone to a report", async () => {
  const lines = commands(await Deno.readTextFile(join(ROOT, "README.md")));
  assert.equal(lines.length, 10);
  const folder = await Deno.realPath(freshFolder());
  let place = folder;
  for (const [i, line] of lines.entries()) {
    const task = /^deno task (\S+)/.exec(line)?.[1];
    const command = `${line.replace("REPOSITORY", ROOT)} ${task === undefined ? "" : SMALL[task] ?? ""}`;
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: ["-c", command],
      cwd: place,
      env: { NO_COLOR: "1", INIT_CWD: place, PATH: `${dirname(Deno.execPath())}:${Deno.env.get("PATH")}` },
    }).output();
    assert.equal(code, 0, `${command}\n${new TextDecoder().decode(stdout)}\n${new TextDecoder().decode(stderr)}`);
    if (i === 0) place = join(folder, "causal-grpo");
    if (task === "runs") assert.match(new TextDecoder().decode(stdout), /first\/\S+ +finished/);
  }
  for (const made of ["results/larger/report.html", "results/larger/episodes.csv", "results/report/report.html"]) {
    assert.ok((await Deno.stat(join(place, made))).size > 0, made);
  }
  const page = await Deno.readTextFile(join(place, "results/report/report.html"));
  assert.match(page, /first/);
  assert.doesNotMatch(page, /<(?:script|img|link|iframe)\b[^>]*(?:src|href)="https?:/);
  const changed = await new Deno.Command("git", { args: ["status", "--porcelain"], cwd: place }).output();
  assert.equal(new TextDecoder().decode(changed.stdout), "", "no tracked file has changed, and nothing new is tracked");
});
