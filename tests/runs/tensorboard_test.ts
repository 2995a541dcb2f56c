import assert from "node:assert/strict";
import { join } from "node:path";
import { type Row, Run, type TrackedEnd, trackersFor } from "../../lib/runs/mod.ts";
import { TensorBoardTracker } from "../../lib/runs/trackers/tensorboard/tracker.ts";
import { crc32c } from "../../lib/runs/trackers/tensorboard/crc32c.ts";
import { histogramOf } from "../../lib/runs/trackers/tensorboard/histogram.ts";
import { configOf, inFolder, options } from "../training/support.ts";
import { endStatuses, type Message, messages, readMessage, readRecords, text } from "./tensorboard_reader.ts";

Deno.test("CRC-32C agrees with the values of RFC 3720, appendix B.4", () => {
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e);
  assert.equal(crc32c(new TextEncoder().encode("123456789")), 0xe3069283);
});

Deno.test("a histogram counts every value once, ends included", () => {
  const histogram = histogramOf(Float32Array.from([0, 0.5, 1, 2, 3]), 3);
  assert.deepEqual(histogram.counts, [2, 1, 2]);
  assert.deepEqual(histogram.limits, [1, 2, 3]);
  assert.equal(histogram.sumOfSquares, 14.25);
  assert.deepEqual(histogramOf(Float32Array.from([7, 7])).counts, [2]);
  assert.throws(() => histogramOf(Float32Array.from([NaN])), RangeError);
});

/** Writes a run that is stopped at update 3 and resumed from update 2. The clock goes backwards all the time. */
function writeRun(folder: string): void {
  let clock = 2_000_000_000;
  const config = configOf("seed=3", "optimizer.learning_rate=0.25");
  const run = { folder, name: "test", id: "0001", config: config as unknown as Row };
  const make = () => new TensorBoardTracker({ metrics: ["reward"], now: () => clock-- });
  const first = make();
  first.start({ ...run, fromUpdate: 0 });
  for (const update of [1, 2, 3]) first.scalars(update, { reward: update / 4, "clip_ratio/low_mean": -update });
  first.histogram(2, "weights", Float32Array.from([1, 2, 2, 3]));
  first.text(0, "config", "**bold**");
  const second = make();
  second.start({ ...run, fromUpdate: 2 });
  second.scalars(3, { reward: 0.875 });
  second.finish("finished");
}

function eventsIn(folder: string): readonly (readonly Message[])[] {
  const directory = join(folder, "tensorboard");
  const names = [...Deno.readDirSync(directory)].map((entry) => entry.name).sort();
  return names.map((name) => readRecords(Deno.readFileSync(join(directory, name))).map(readMessage));
}

Deno.test("event files hold scalars, histograms, text and hyper-parameters, every checksum right", () =>
  inFolder((folder) => {
    writeRun(folder);
    const [first = [], second = []] = eventsIn(folder);
    assert.equal(text(first[0], 3), "brain.Event:2");
    const values = first.flatMap((event) =>
      messages(event, 5).flatMap((summary) => messages(summary, 1)).map((value) => ({ step: event.get(2)?.[0], value }))
    );
    const named = (tag: string) => values.filter(({ value }) => text(value, 1) === tag);
    assert.deepEqual(named("reward").map(({ step, value }) => [step, value.get(2)?.[0]]), [[1n, 0.25], [2n, 0.5], [
      3n,
      0.75,
    ]]);
    assert.equal(named("clip_ratio/low_mean")[2]?.value.get(2)?.[0], -3);
    const [histogram] = messages(named("weights")[0]?.value, 5);
    assert.deepEqual([1, 2, 3, 4, 5].map((field) => histogram?.get(field)?.[0]), [1, 3, 4, 8, 18]);
    assert.equal(text(messages(named("config")[0]?.value, 8)[0], 8), "**bold**");
    const [metadata] = messages(named("_hparams_/session_start_info")[0]?.value, 9);
    const [start] = messages(readMessage(messages(metadata, 1)[0]?.get(2)?.[0] as Uint8Array), 3);
    const entries = messages(start, 1).map((entry) => [text(entry, 1), messages(entry, 2)[0]?.get(2)?.[0]]);
    assert.deepEqual(entries.find(([name]) => name === "optimizer.learning_rate"), ["optimizer.learning_rate", 0.25]);
    assert.equal(messages(second[1], 7)[0]?.get(1)?.[0], 1n, "a restart is announced");
    assert.equal(second[1]?.get(2)?.[0], 3n);
  }));

/** Statuses of the ends of sessions, file by file. */
function endsIn(folder: string): readonly (readonly unknown[])[] {
  const directory = join(folder, "tensorboard");
  const names = [...Deno.readDirSync(directory)].map((entry) => entry.name).sort();
  return names.map((name) => endStatuses(Deno.readFileSync(join(directory, name))));
}

Deno.test("a session is closed with how it ended; one that goes on is opened again, so that the last end is the only one", () =>
  inFolder((folder) => {
    const config = configOf() as unknown as Row;
    const work = (fromUpdate: number, end: TrackedEnd) => {
      const tracker = new TensorBoardTracker({ metrics: ["reward"], now: () => 1 });
      tracker.start({ folder, name: "test", id: "0001", config, fromUpdate });
      tracker.scalars(fromUpdate + 1, { reward: 1 });
      tracker.finish(end);
    };
    work(0, "stopped");
    assert.deepEqual(endsIn(folder), [[0n]]);
    work(1, "failed");
    assert.deepEqual(endsIn(folder), [[], [2n]]);
    work(2, "finished");
    assert.deepEqual(endsIn(folder), [[], [], [1n]]);
    const [first] = eventsIn(folder);
    assert.ok(
      first.some((event) =>
        messages(event, 5).some((summary) => messages(summary, 1).some((value) => text(value, 1) === "reward"))
      ),
    );
  }));

const READ_WITH_TENSORBOARD = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2
e = EventAccumulator(sys.argv[1], size_guidance={"scalars": 0, "histograms": 0, "tensors": 0}); e.Reload()
def hparams(tag): return plugin_data_pb2.HParamsPluginData.FromString(e.SummaryMetadata("_hparams_/" + tag).plugin_data.content)
h = hparams("session_start_info")
x = hparams("experiment").experiment
print(json.dumps({
  "reward": [[s.step, s.value] for s in e.Scalars("reward")],
  "weights": [e.Histograms("weights")[0].histogram_value.num, list(e.Histograms("weights")[0].histogram_value.bucket)[0]],
  "text": e.Tensors("config")[0].tensor_proto.string_val[0].decode(),
  "seed": h.session_start_info.hparams["seed"].number_value,
  "types": {i.name: i.type for i in x.hparam_infos if i.name in ("seed", "name", "logging.tensorboard")},
  "metrics": [m.name.tag for m in x.metric_infos],
  "status": hparams("session_end_info").session_end_info.status,
}))`;

const python = Deno.env.get("TENSORBOARD_PYTHON") ?? "python3";

async function pythonHasTensorBoard(): Promise<boolean> {
  try {
    return (await new Deno.Command(python, { args: ["-c", "import tensorboard"], stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test({
  name: "the real TensorBoard reads the files, and takes the resumed run's values after a restart",
  ignore: !(await pythonHasTensorBoard()),
  fn: () =>
    inFolder(async (folder) => {
      writeRun(folder);
      const args = ["-c", READ_WITH_TENSORBOARD, join(folder, "tensorboard")];
      const { stdout, stderr, success } = await new Deno.Command(python, { args }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), {
        reward: [[1, 0.25], [2, 0.5], [3, 0.875]],
        weights: [4, 1],
        text: "**bold**",
        seed: 3,
        types: { name: 1, "logging.tensorboard": 2, seed: 3 },
        metrics: ["reward"],
        status: 1,
      });
    }),
});

Deno.test("a run has the trackers that its config asks for", () =>
  inFolder(async (root) => {
    const files = async (...words: string[]) => {
      using run = Run.create(root, configOf(...words), options);
      const trackers = await trackersFor(run, 0, ["reward"], assert.fail);
      await trackers.scalars(1, { reward: 1 });
      await trackers.finish("finished");
      return [...Deno.readDirSync(run.folder)].filter((entry) => entry.name === "tensorboard").length;
    };
    assert.deepEqual([await files("logging.tensorboard=true"), await files("logging.tensorboard=false")], [1, 0]);
  }));
