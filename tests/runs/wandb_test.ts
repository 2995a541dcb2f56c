import assert from "node:assert/strict";
import { type Row, type TrackedEnd, Trackers } from "../../lib/runs/mod.ts";
import { WandbTracker } from "../../lib/runs/trackers/wandb/tracker.ts";
import { configOf } from "../training/support.ts";

const run = {
  folder: "/runs/1",
  name: "test",
  id: "0001",
  config: configOf("seed=3") as unknown as Row,
  fromUpdate: 0,
};

/** Stands in for the server of Weights & Biases: answers its queries and keeps what it was sent. */
function startServer(status: number) {
  const received: { readonly path: string; readonly body: string }[] = [];
  const bucket = { id: "b", name: "n", displayName: "d", project: { name: "p", entity: { name: "me" } } };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const body = await request.text();
    received.push({ path: new URL(request.url).pathname, body });
    if (status !== 200) return new Response("refused", { status });
    return Response.json({ data: { viewer: { id: "1", entity: "me" }, upsertBucket: { bucket } } });
  });
  return { received, address: `http://127.0.0.1:${server.addr.port}`, stop: () => server.shutdown() };
}

/** Trains three updates with the tracker and returns what was reported. */
async function trackThree(address: string, end: TrackedEnd = "finished"): Promise<readonly string[]> {
  Deno.env.set("WANDB_BASE_URL", address);
  Deno.env.set("WANDB_API_KEY", "k".repeat(40));
  const reports: string[] = [];
  const trackers = new Trackers(
    [new WandbTracker({ project: "p", entity: null, patience: 20 })],
    (message) => reports.push(message),
  );
  await trackers.start(run);
  for (const update of [1, 2, 3]) await trackers.scalars(update, { reward: update / 4 });
  await trackers.finish(end);
  Deno.env.delete("WANDB_BASE_URL");
  Deno.env.delete("WANDB_API_KEY");
  return reports;
}

Deno.test("metrics and config reach Weights & Biases through its SDK, by episode", async () => {
  const { received, address, stop } = startServer(200);
  try {
    assert.deepEqual(await trackThree(address), []);
  } finally {
    await stop();
  }
  const upsert = received.find(({ body }) => body.includes("upsertBucket"));
  const variables = JSON.parse(upsert?.body ?? "{}").variables;
  assert.equal(variables.displayName, "test/0001");
  assert.deepEqual(JSON.parse(variables.config).seed, { value: 3 });
  const stream = received.filter(({ path }) => path.endsWith("/file_stream")).map(({ body }) => JSON.parse(body));
  const history = stream.flatMap(({ files }) => (files?.["wandb-history.jsonl"]?.content ?? []) as string[]);
  const rows = history.map((line) => JSON.parse(line) as Record<string, number>);
  assert.deepEqual(rows.map(({ _step, episode, reward }) => [_step, episode, reward]), [
    [1, 1, 0.25],
    [2, 2, 0.5],
    [3, 3, 0.75],
  ]);
  assert.deepEqual(stream.at(-1), { complete: true, exitcode: 0 });
});

Deno.test("a training that was stopped or failed ends there as one that was not finished", async () => {
  for (const [end, exitcode] of [["stopped", 130], ["failed", 1]] as const) {
    const { received, address, stop } = startServer(200);
    try {
      assert.deepEqual(await trackThree(address, end), []);
    } finally {
      await stop();
    }
    const sent = received.filter(({ path }) => path.endsWith("/file_stream")).map(({ body }) => JSON.parse(body));
    assert.deepEqual(sent.at(-1), { complete: true, exitcode });
  }
});

Deno.test("a wrong key and no network are each reported once, and training goes on", async () => {
  const { address, stop } = startServer(401);
  const wrongKey = await trackThree(address);
  await stop();
  const noNetwork = await trackThree(address);
  for (const [reports, words] of [[wrongKey, /401/], [noNetwork, /refused|connect|fetch/i]] as const) {
    assert.equal(reports.length, 1, reports.join("\n"));
    assert.match(
      reports[0] ?? "",
      /^Weights & Biases: .*; (it gets no more metrics, training goes on|what it has of this run may be incomplete)$/,
    );
    assert.match(reports[0] ?? "", words);
  }
});
