import assert from "node:assert/strict";
import { join } from "node:path";
import { checkpointFolder, NoCheckpointError, openCheckpoint, placeOf, Run } from "../../lib/runs/mod.ts";
import { configOf, inFolder, jsonFormat, options } from "../training/support.ts";

/** What is said of a name that stands for nothing. */
function refusal(name: string, shipped?: "policies" | "surrogates"): string {
  try {
    return checkpointFolder(name, shipped);
  } catch (error) {
    assert.ok(error instanceof NoCheckpointError);
    return error.message;
  }
}

Deno.test("a policy is named by its name in configs/policies, by its run, and by its checkpoint", () =>
  inFolder((root) => {
    const shipped = Deno.realPathSync("configs/policies/linear");
    for (const name of ["linear", "configs/policies/linear", shipped, `${shipped}/`]) {
      assert.equal(checkpointFolder(name, "policies"), shipped, name);
    }
    assert.equal(checkpointFolder("neural", "surrogates"), Deno.realPathSync("configs/surrogates/neural"));
    using run = Run.create(root, configOf(), options);
    const contents = { policy: new Map(), optimizer: new Map(), state: {}, metrics: {} };
    const [first, second] = [0.5, 0.25].map((score, i) =>
      Deno.realPathSync(run.saveCheckpoint({ ...contents, update: i + 1 }, score))
    );
    assert.equal(checkpointFolder(run.folder, "policies"), first, "the best of a run");
    assert.equal(checkpointFolder(second, "policies"), second);
    assert.equal(checkpointFolder(join(run.folder, "checkpoints", "latest")), second);
    assert.equal(openCheckpoint(run.folder, jsonFormat, "policies").update, 1);
  }));

Deno.test("a name that stands for nothing is answered with the nearest one, and with what is wrong", () =>
  inFolder((root) => {
    using run = Run.create(root, configOf(), options);
    const file = join(root, "notes.txt");
    Deno.writeTextFileSync(file, "");
    assert.equal(
      refusal("linaer", "policies"),
      'linaer: neither a folder nor a policy of configs/policies; did you mean "linear"?',
    );
    assert.match(refusal("zzz", "policies"), /^zzz: neither .*; there are all_tracks, confounded, /);
    assert.match(refusal("neurl", "surrogates"), /nor a surrogate of configs\/surrogates; did you mean "neural"\?$/);
    assert.equal(refusal("linaer"), "linaer: no such folder");
    assert.equal(
      refusal("configs/policies/linaer", "policies"),
      'configs/policies/linaer: no such folder; did you mean "configs/policies/linear"?',
    );
    assert.equal(refusal(file), `${file}: a file, where a run's folder or a checkpoint's was expected`);
    assert.equal(refusal(run.folder), `${run.folder}: neither a checkpoint nor a run with checkpoints`);
  }));

Deno.test("a path is never taken for a name, and a folder of the same name only where nothing ships under it", () => {
  assert.equal(placeOf("./linear", "policies"), "./linear");
  assert.equal(placeOf("linear"), "linear");
  assert.equal(placeOf("..", "policies"), "..");
  assert.match(placeOf("linear", "policies"), /configs.policies.linear$/);
  assert.equal(placeOf("my_run", "policies"), "my_run");
});
