/**
 * `deno task bench`: one optimisation step of a small policy network (support/policy_work.ts), ours beside jitted JAX and
 * PyTorch doing the same work, all in one run. Blocks of steps of ours and of each peer take turns; a ratio is the median over
 * the rounds of ours divided by theirs, times are medians over rounds; the ratio of the best steps tells most where other
 * programs compute at the same time. `2 workers` divides the batch among two threads.
 *
 * `deno task bench:peers` installs the peers; PEERS_PYTHON in the environment names another Python with jax and optax or
 * torch, BACKEND another tensor backend than simd. Arguments: batch sizes.
 */

import { printLine } from "../lib/cli/output.ts";
import { type Cell, formatTable } from "../lib/cli/table.ts";
import { type BackendName, useBackend } from "../lib/tensor/mod.ts";
import { createDataParallelWork } from "./support/data_parallel.ts";
import { type Part, type Peer, startPeer } from "./support/peer.ts";
import { createPolicyWork } from "./support/policy_work.ts";

const ROUNDS = 31;
/** Milliseconds that a block of steps should take: shorter than what another program runs at a time. */
const BLOCK_MS = 10;
/** Batches that are divided among two threads; smaller ones are not worth it. */
const DIVIDED = 160;

type Step = (runs: number) => Promise<readonly number[]>;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

const timed = (f: () => Promise<void>): Step => async (runs) => {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await f();
    times.push(performance.now() - start);
  }
  return times;
};

/** Rows of one part of the work: ours first, then each peer with our time divided by its. */
async function compare(name: string, own: Step, peers: readonly Peer[], batch: number, part: Part): Promise<Cell[][]> {
  const steps = [own, ...peers.map((peer): Step => (runs) => peer.times(batch, part, runs))];
  for (const step of steps) await step(100);
  const runs = Math.max(3, Math.round(BLOCK_MS / median(await own(20))));
  const rounds: number[][] = steps.map(() => []);
  const best = steps.map(() => Infinity);
  for (let round = 0; round < ROUNDS; round++) {
    for (let s = 0; s < steps.length; s++) {
      const times = await steps[s](runs);
      rounds[s].push(median(times));
      best[s] = Math.min(best[s], ...times);
    }
  }
  return steps.map((_, s) => [
    batch,
    part,
    s === 0 ? name : peers[s - 1].name,
    median(rounds[s]),
    best[s],
    s === 0 ? null : median(rounds[0].map((ours, round) => ours / rounds[s][round])),
    s === 0 ? null : best[0] / best[s],
  ]);
}

const backend = await useBackend((Deno.env.get("BACKEND") ?? "simd") as BackendName);
const found = await Promise.all((["jax", "torch"] as const).map(startPeer));
const peers = found.filter((peer) => peer !== null);
for (const [p, name] of ["jax", "torch"].entries()) {
  if (found[p] === null) printLine(`The peer ${name} is not installed: deno task bench:peers`);
}
const columns = [
  { heading: "states" },
  { heading: "step" },
  { heading: "who" },
  { heading: "ms", digits: 3 },
  { heading: "best ms", digits: 3 },
  { heading: "ours / theirs", digits: 2 },
  { heading: "of the best", digits: 2 },
];
for (const batch of Deno.args.length > 0 ? Deno.args.map(Number) : [16, 160, 1600]) {
  const work = createPolicyWork(batch);
  const rows = [
    ...await compare(backend, timed(work.train), peers, batch, "train"),
    ...await compare(backend, timed(work.forward), peers, batch, "forward"),
  ];
  if (batch >= DIVIDED) {
    const divided = await createDataParallelWork(backend, batch);
    rows.push(...await compare(`${backend}, 2 workers`, timed(divided.train), peers, batch, "train"));
    divided.stop();
  }
  printLine(`${formatTable(columns, rows)}\n`);
}
peers.forEach((peer) => peer.stop());
