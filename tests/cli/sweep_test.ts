import assert from "node:assert/strict";
import { join } from "node:path";
import { freezeManifest } from "../../lib/sweep/mod.ts";
import { createManifest } from "../../lib/sweep/manifest.ts";
import { Run } from "../../lib/runs/mod.ts";
import { configOf, inFolder, options } from "../training/support.ts";
import { run } from "./support.ts";

const filesIn = (folder: string) => [...Deno.readDirSync(folder)].map((entry) => entry.name);

Deno.test("--dry-run shows the table of jobs and --cfg their configs, and neither writes anything", () =>
  inFolder(async (folder) => {
    const words = ["seed=range(2)", "grpo.epochs=1,4", "--results", folder];
    const table = await run("sweep", "run", ...words, "--dry-run");
    assert.equal(table.code, 0, table.err);
    assert.match(table.out, /^0 {2}0000-[0-9a-f]{8} {2}seed=0 grpo.epochs=1$/m);
    assert.match(table.out, /^3 {2}0003-[0-9a-f]{8} {2}seed=1 grpo.epochs=4$/m);
    const configs = await run("sweep", "run", ...words, "--cfg");
    assert.equal(configs.out.match(/^ {2}epochs: 4$/gm)?.length, 2);
    assert.deepEqual(filesIn(folder), []);
  }));

Deno.test("mistakes are one line on the standard error and exit code 2", () =>
  inFolder(async (folder) => {
    const cases = [
      [["run", "sed=1,2"], /^error: command line "sed=1": sed: unknown key; did you mean "seed"\?\n$/],
      [["run", "seed=interval(0,1)"], /needs a sampler \(--sampler random --trials N\)\n$/],
      [["run", "--config", "quik"], /^error: quik: no file of configs\/ has this name; did you mean "quick"\?\n$/],
      [["run", "--trials", "3", "seed=1,2"], /^error: --trials belongs to --sampler random\n$/],
      [["run", "--jobs", "0"], /Expected a whole number of at least 1/],
      [["status", join(folder, "none.json")], /^error: .*none.json: no such manifest\n$/],
    ] as const;
    for (const [args, expected] of cases) {
      const { code, err } = await run("sweep", ...args);
      assert.equal(code, 2, args.join(" "));
      assert.match(err, expected);
    }
  }));

Deno.test("job runs one job of a manifest, exits at once when it is done, and status shows it", () =>
  inFolder(async (folder) => {
    const manifest = join(folder, "manifest.json");
    const jobs = [0, 1].map((index) => ({
      id: `j${index}`,
      folder: `jobs/${index}`,
      overrides: [`seed=${index}`],
      config: "",
      values: {},
    }));
    freezeManifest(manifest, createManifest("test", ["/bin/sh", "-c", "echo ran; exit {index}"], jobs));
    const job = (index: number) => run("sweep", "job", "--manifest", manifest, "--index", String(index));
    assert.deepEqual(await job(0), { code: 0, out: "job 0: done\n", err: "" });
    assert.deepEqual(await job(0), { code: 0, out: "job 0: already done\n", err: "" });
    assert.equal((await job(1)).code, 1);
    assert.match((await job(2)).err, /job 2: the manifest has the jobs 0 to 1/);
    assert.equal(Deno.readTextFileSync(join(folder, "jobs/0/job.log")), "ran\n");
    const { out } = await run("sweep", "status", manifest);
    assert.match(out, /j0 +done +1 {2}seed=0\n/);
    assert.match(out, /1 done, 0 running, 1 failed, 0 pending/);
    assert.match((await run("sweep", "template", "parallel", manifest)).out, /seq 0 1 \| parallel/);
    const kubernetes = await run("sweep", "template", "kubernetes", manifest, "--mount", folder);
    assert.match(kubernetes.out, /completionMode: Indexed\n {2}completions: 2\n/);
    assert.match((await run("sweep", "template", "kubernetes", manifest)).err, /not below \/results/);
  }));

Deno.test("runs are listed, compared and deleted", () =>
  inFolder(async (root) => {
    for (const epochs of [1, 2]) {
      using run = Run.create(root, configOf(`grpo.epochs=${epochs}`), options);
      run.log(1, { normalised_value: epochs / 4 });
    }
    const names = filesIn(join(root, "test")).filter((name) => !name.startsWith(".")).sort().map((name) =>
      `test/${name}`
    );
    const runs = (...args: string[]) => run("runs", "--results", root, ...args);
    assert.match(
      (await runs("list", "--filter", "grpo.epochs=2", "--columns", "normalised_value,grpo.epochs")).out,
      /stopped +1 +– +linear +\S+ \S+ +\d+s +0\.5 +2\s/,
    );
    assert.match((await runs("compare", ...names)).out, /grpo.epochs +1 +2\n/);
    assert.match((await runs("delete", names[0] ?? "")).out, /^would delete/);
    assert.match((await runs("delete", names[0] ?? "", "--yes")).out, /^deleted/);
    assert.equal((await runs("list", "--json")).out.trim().split("\n").length, 1);
    assert.match((await runs("compare", "test/none")).err, /^error: test\/none: no such run/);
  }));
