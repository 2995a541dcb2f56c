import assert from "node:assert/strict";
import { join } from "node:path";
import { play } from "../../examples/campaign.ts";
import { readCampaign } from "../../lib/advisor/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { freshFolder } from "../folder.ts";

await useBackend("cpu");

Deno.test("a program plays a campaign, and its folder holds every experiment with its result", () => {
  const folder = join(freshFolder(), "reactor");
  assert.equal(play(folder, 3), "feed = 4");
  const { state } = readCampaign(folder);
  assert.deepEqual(state.finished.map(({ number }) => number), [1, 2, 3]);
  assert.deepEqual(state.running, []);
});
