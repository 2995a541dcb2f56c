import assert from "node:assert/strict";
import { type Config, configSchema, loadConfig } from "../../lib/config/mod.ts";
import { ConfigError, listKeys } from "../../lib/input/mod.ts";
import { loadTrack } from "../../lib/training/mod.ts";
import { checkReward } from "../../lib/training/reward_audit.ts";
import { createParts } from "../../lib/training/parts.ts";
import { useBackend } from "../../lib/tensor/mod.ts";

/** Makes everything that a training is made of, as its start does. */
function start(config: Config): void {
  checkReward(config);
  const parts = createParts(config, loadTrack(config));
  parts.rollerOf(0, 0, 0);
  for (const each of [parts.policy, parts.reference]) each?.dispose();
}

Deno.test("whatever number stands in a config, it is refused by name or a training can start", async () => {
  await useBackend("auto");
  const keys = listKeys(configSchema).filter(({ type, path }) => /number/.test(type) && !path.includes("[]"));
  assert.ok(keys.length > 60);
  let [refused, started] = [0, 0];
  for (const { path } of keys) {
    for (const value of ["0", "1", "-1", "2.5", "1e12", "1e300", "nan", "-inf"]) {
      try {
        start(loadConfig("configs/quick.yaml", ["track={base: linear}", `++${path}=${value}`]));
        started++;
      } catch (error) {
        assert.ok(error instanceof ConfigError, `${path}=${value}: ${error}`);
        // A weight may ask for what another key gives: the message names one of them.
        assert.ok(error.message.includes(path.split(".")[0]), `${path}=${value}: ${error.message}`);
        refused++;
      }
    }
  }
  assert.ok(refused > 200 && started > 100, `${refused} refused, ${started} started`);
});

Deno.test("numbers that contradict each other, or leave nothing to train or to judge, are refused with their key", () => {
  const refusal = (...words: string[]) => {
    try {
      loadTrack(loadConfig("configs/quick.yaml", words));
    } catch (error) {
      assert.ok(error instanceof ConfigError);
      return error.message;
    }
    return "";
  };
  assert.match(refusal("grpo.updates=0"), /grpo\.updates: expected a value >= 1, got 0/);
  assert.match(refusal("evaluation.validation_problems=1"), /validation_problems: an interval needs 2 problems/);
  assert.equal(refusal("evaluation.validation_problems=1", "evaluation.every=0"), "");
  assert.match(refusal("evaluation.problems=1"), /evaluation\.problems: an interval needs 2/);
  assert.match(refusal("grpo.shards=1000"), /grpo\.shards: a shard needs a problem of its own/);
  assert.match(refusal("policy.width=100000"), /policy\.width: expected a value <= 4096, got 100000/);
  const rows = (n: number) => `track={base: linear, observational_rows: ${n}, interventional_rows: 0}`;
  assert.match(refusal(rows(1)), /track: observational_rows: an episode starts from at least 2 rows/);
  assert.equal(refusal(rows(2)), "");
});
