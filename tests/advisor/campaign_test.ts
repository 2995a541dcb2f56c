import assert from "node:assert/strict";
import { join } from "node:path";
import { Campaign, openSession, readCampaign, readData } from "../../lib/advisor/mod.ts";
import { useBackend } from "../../lib/tensor/mod.ts";
import { freshFolder } from "../folder.ts";
import { csv, measure, problem, temporary } from "./support.ts";

await useBackend("cpu");

const ROWS = Array.from({ length: 20 }, (_, r) => ({ values: measure(r) }));
const now = () => new Date("2030-01-02T03:04:05Z");
const log = (folder: string) => Deno.readTextFileSync(join(folder, "log.jsonl"));

/** A campaign on the bioreactor with 20 observed rows. */
function begun(): Campaign {
  const campaign = Campaign.start(join(freshFolder(), "lab"), problem(), { checkpoint: "linear", now });
  campaign.tell(ROWS);
  return campaign;
}

/** A row of the bioreactor in which heat was set, without what was set. */
function result(seed: number, heat: number): Record<string, number> {
  const { heat: _, ...rest } = measure(seed, { heat });
  return rest;
}

Deno.test("a campaign goes on where it was left: the same state, the same answers as a session with its rows, the same bytes", () => {
  const first = begun();
  const { proposals: [one] } = first.ask();
  assert.deepEqual(one.settings, [{ variable: "heat", value: 40 }]);
  first.tell({ values: result(100, 40) }, one.number);
  first.run([{ variable: "pH", value: 6 }]);
  const { state, folder } = first;
  const bytes = log(folder);
  first[Symbol.dispose]();
  using again = Campaign.open(folder, { now });
  assert.deepEqual(again.state, state);
  assert.deepEqual(again.notes, []);
  const session = openSession(problem(), { checkpoint: "linear" });
  session.tell(ROWS);
  session.tell({ values: measure(100, { heat: 40 }), set: "heat" });
  assert.deepEqual(again.state.rows, session.rows);
  assert.equal(log(folder), bytes);
  assert.deepEqual(again.state.running.map(({ number, settings }) => [number, settings]), [
    [2, [{ variable: "pH", value: 6 }]],
  ]);
  const busy = again.ask({ experiments: 0 }).advice;
  again.drop(2);
  assert.deepEqual(again.ask({ experiments: 0 }).advice, session.ask());
  assert.notDeepEqual(busy.suggestions, session.ask().suggestions, "what runs counts as running");
  assert.deepEqual(
    busy.recommendation.expected,
    session.ask().recommendation.expected,
    "and nothing is measured of it yet",
  );
});

Deno.test("what was proposed runs until its rows come, is dropped or taken back; numbers are never given twice", () => {
  using campaign = begun();
  const numbers = () => campaign.state.running.map(({ number }) => number);
  campaign.ask();
  campaign.run([{ variable: "heat", value: 25 }]);
  assert.deepEqual(numbers(), [1, 2]);
  assert.throws(() => campaign.tell({ values: result(1, 25) }, 3), /experiment 3 does not run; those that do: 1, 2$/);
  // A row of one's own with the settings of an experiment that runs is its result, as far as settings scatter.
  assert.equal(campaign.tell({ values: measure(1, { heat: 25.1 }), set: "heat" })?.number, 2);
  assert.equal(campaign.tell({ values: measure(2, { heat: 30 }), set: "heat" }), undefined);
  assert.deepEqual(campaign.state.finished.map(({ number, told }) => [number, told]), [[2, 1]]);
  assert.equal(campaign.undo().kind, "tell");
  assert.equal(campaign.undo().kind, "tell");
  assert.deepEqual(numbers(), [1, 2]);
  assert.equal(campaign.state.rows.interventions.length, 0);
  campaign.drop(1, "the pump broke");
  assert.deepEqual(numbers(), [2]);
  assert.deepEqual(["drop", "run", "ask"], [0, 1, 2].map(() => campaign.undo().kind));
  assert.deepEqual(numbers(), []);
  assert.equal(campaign.run([{ variable: "heat", value: 25 }]).number, 3);
  campaign.undo();
  assert.equal(campaign.undo().kind, "tell");
  assert.throws(() => campaign.undo(), /there is nothing to take back$/);
  assert.throws(() => campaign.run([{ variable: "heat", value: 45 }]), /outside its domain/);
  assert.throws(() => campaign.run([{ variable: "growth", value: 4 }]), /growth cannot be set/);
});

Deno.test("a line that was not written to its end is cut off, and said; what came before is whole", () => {
  const campaign = begun();
  campaign.run([{ variable: "heat", value: 25 }]);
  const { state, folder } = campaign;
  const whole = log(folder);
  campaign.run([{ variable: "heat", value: 35 }]);
  campaign[Symbol.dispose]();
  const longer = log(folder);
  for (const length of [whole.length + 1, whole.length + 40, longer.length - 1]) {
    Deno.writeTextFileSync(join(folder, "log.jsonl"), longer.slice(0, length));
    assert.equal(readCampaign(folder).notes.length, 1);
    {
      using mended = Campaign.open(folder, { now });
      assert.match(mended.notes.join(), /log\.jsonl:4: the last line is incomplete and was left out/);
      assert.deepEqual(mended.state, state);
      assert.equal(log(folder), whole);
      assert.equal(mended.run([{ variable: "heat", value: 35 }]).number, 2);
    }
    assert.equal(log(folder), longer);
  }
});

Deno.test("a log that was altered is refused, whichever line it was", () => {
  const campaign = begun();
  campaign.run([{ variable: "heat", value: 25 }]);
  campaign.drop(1);
  const { folder } = campaign;
  campaign[Symbol.dispose]();
  const lines = log(folder).trimEnd().split("\n");
  const refused = (altered: readonly string[], message: RegExp) => {
    Deno.writeTextFileSync(join(folder, "log.jsonl"), `${altered.join("\n")}\n`);
    assert.throws(() => Campaign.open(folder), { name: "DataError", message });
  };
  for (const k of [0, 1, 2]) {
    const altered = lines.with(k, lines[k].replace("2030", "2031"));
    refused(altered, new RegExp(`:${k + 2}: the line does not follow from the one before`));
  }
  refused(lines.toSpliced(2, 1), /:3: the line does not follow/);
  refused(lines.toSpliced(0, 1), /:1: the line does not follow/);
  refused(lines.with(3, "{}"), /:4: no line of a campaign: kind/);
  refused(lines.with(3, "x"), /:4: corrupt line/);
});

Deno.test("one writes at a time, others may read; a folder has one campaign", () => {
  const campaign = begun();
  const { folder } = campaign;
  assert.throws(() => Campaign.open(folder), {
    name: "LockedError",
    message: new RegExp(`another process is writing it \\(process ${Deno.pid} on `),
  });
  assert.equal(readCampaign(folder).state.told.length, 1);
  campaign[Symbol.dispose]();
  assert.throws(() => Campaign.start(folder, problem(), { checkpoint: "linear" }), /there is a campaign already/);
  assert.throws(() => Campaign.open(join(folder, "none")), /there is no campaign/);
  Campaign.open(folder)[Symbol.dispose]();
});

Deno.test("rows of a file finish the experiments that they are the results of, and the export reads back as the same rows", async () => {
  using campaign = begun();
  const made = [["heat", 40], ["pH", 6], ["heat", 20]] as const;
  campaign.run([{ variable: "pH", value: 6 }]);
  campaign.run([{ variable: "heat", value: 20 }]);
  campaign.run([{ variable: "heat", value: 20 }]);
  const { rows } = await readData(problem(), temporary("more.csv", csv(made)));
  assert.deepEqual(campaign.tellRows(rows).map(({ number }) => number), [1, 2]);
  assert.deepEqual(campaign.state.running.map(({ number }) => number), [3]);
  const text = campaign.csv();
  assert.match(text, /^heat,pH,growth,yield,set,experiment,told\n/);
  assert.match(text, /\n[^,]+,6,[^,]+,[^,]+,pH,1,2030-01-02T03:04:05\.000Z\n/);
  const back = await readData(problem(), temporary("export.csv", text));
  assert.deepEqual(back.rows, campaign.state.rows);
});
