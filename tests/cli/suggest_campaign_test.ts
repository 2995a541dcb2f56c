import assert from "node:assert/strict";
import { join } from "node:path";
import { freshFolder } from "../folder.ts";
import { run } from "./support.ts";

const EXAMPLE = new URL("../../configs/experiments/bioreactor", import.meta.url).pathname;

Deno.test("a campaign on the command line: start, ask, tell, export, undo, pending", async () => {
  const lab = join(freshFolder(), "reactor");
  const answers = async (message: RegExp, ...args: readonly string[]) => {
    const { code, out, err } = await run("suggest", ...args);
    assert.equal(code, 0, err);
    assert.match(out, message);
  };
  const files = ["--problem", `${EXAMPLE}.yaml`, "--data", `${EXAMPLE}.csv`];
  await answers(/bioreactor begins with 23 rows, 3 interventions among them/, "start", lab, ...files);
  await answers(/^experiment 1: feed = 4 mL\/min \((repeat|exploit|learn): /, "ask", lab, "--n", "2");
  const row = ["heat=30.1", "pH=7.1", "biomass=13.7", "yield=86.7"];
  await answers(/^experiment 1 is finished\n/, "tell", lab, "--experiment", "1", ...row);
  await answers(/\n30\.1,4,7\.1,13\.7,86\.7,feed,1,/, "export", lab);
  await answers(/^taken back: 1 row of experiment 1 told\n/, "undo", lab);
  await answers(/^ *experiment.*\n.*\n +1 +feed = 4 mL\/min +\d\d\.\d+ \[/, "pending", lab);
});

Deno.test("a campaign's command says what is wrong in one line and exits with 2", async () => {
  const lab = join(freshFolder(), "none");
  const refuses = async (message: RegExp, ...args: readonly string[]) => {
    const { code, out, err } = await run("suggest", ...args);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, message);
    assert.equal(err.trim().split("\n").length, 1, err);
  };
  await refuses(/error: .*none: there is no campaign \(log\.jsonl\)/, "ask", lab);
  await refuses(
    /error: --experiment says what was set: leave --set out/,
    "tell",
    lab,
    "a=1",
    "--experiment",
    "1",
    "--set",
    "a",
  );
});
