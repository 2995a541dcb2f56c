import assert from "node:assert/strict";
import { join } from "node:path";
import { runFrom } from "./support.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const EXPERIMENTS = join(ROOT, "configs/experiments");
const SCMS = join(ROOT, "configs/scms");

Deno.test("deno task takes paths from where the user stands", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "-q", "suggest", "--problem", "bioreactor.yaml", "--data", "./bioreactor.csv"],
    cwd: EXPERIMENTS,
    env: { NO_COLOR: "1", INIT_CWD: EXPERIMENTS },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  assert.match(new TextDecoder().decode(stdout), /^bioreactor: maximize yield/);
});

Deno.test("every command that takes a path takes it from where the user stands, and shows it as it was written", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.writeTextFileSync(join(folder, "nb.ipynb"), "no JSON");
    Deno.writeTextFileSync(join(folder, "m.json"), "{");
    Deno.writeTextFileSync(join(folder, "own.yaml"), "name: own\ngrpo: { updatess: 1 }\n");
    Deno.mkdirSync(join(folder, "run", "checkpoints"), { recursive: true });
    Deno.writeTextFileSync(join(folder, "run", "config.yaml"), "name: [");
    // Each message comes from what is in the file: it was found.
    const refuses = async (message: RegExp, name: string, ...args: readonly string[]) => {
      const { code, err } = await runFrom(folder, name, ...args);
      assert.notEqual(code, 0);
      assert.match(err, message);
    };
    const unknown = /^error: \.\/own\.yaml:2.*updatess: unknown key/;
    const broken = /^error: run\/config\.yaml:\d.*sequence/;
    await refuses(unknown, "train", "--config", "./own.yaml");
    await refuses(unknown, "sweep", "run", "--config", "./own.yaml", "seed=1,2");
    await refuses(broken, "train", "--resume", "run");
    await refuses(broken, "theory", "--resume", "run");
    await refuses(broken, "train_surrogate", "--resume", "run");
    await refuses(broken, "compare", "run");
    await refuses(/^error: m\.json: corrupt/, "sweep", "status", "m.json");
    await refuses(/nb\.ipynb is not JSON/, "notebook", "./nb.ipynb");
    await refuses(/^error: \.\/own\.yaml:\d/, "evaluate", "--track", "linear", "--scms", "./own.yaml");
    const show = await runFrom(SCMS, "scm", "show", "./chain_3.yaml");
    assert.equal(show.code, 0, show.err);
    const sample = await runFrom(folder, "scm", "sample", "chain_3", "--n", "3", "--out", "rows.csv");
    assert.equal(sample.code, 0, sample.err);
    assert.equal(Deno.readTextFileSync(join(folder, "rows.csv")).trim().split("\n").length, 4);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
