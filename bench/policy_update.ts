/**
 * `deno task bench`: one optimisation step of a small policy network (support/policy_work.ts), ours beside jitted JAX and
 * PyTorch doing the same work, all in one run. Blocks of steps of ours and of each peer take turns; a ratio is the median over
 * the rounds of ours divided by theirs, times are medians over rounds; the ratio of the best steps tells most where other
 * programs compute at the same time, and is what the bars are about. `2 workers` divides the batch among two threads.
 *
 * `deno task bench:peers` installs the peers; PEERS_PYTHON in the environment names another Python with jax and optax or
 * torch, BACKEND another tensor backend than simd. Arguments: batch sizes.
 */

import { printLine } from "../lib/cli/output.ts";
import { formatTable, type TextCell } from "../lib/report/mod.ts";
import { type BackendName, useBackend } from "../lib/tensor/mod.ts";
import { type Bar, formatBars } from "./support/bars.ts";
import { createDataParallelWork } from "./support/data_parallel.ts";
import { type Part, type Peer, PEER_NAMES, type PeerName, startPeer } from "./support/peer.ts";
import { createPolicyWork } from "./support/policy_work.ts";

const ROUNDS = 31;
/** Milliseconds that a block of steps should take: shorter than what another program runs at a time. */
const BLOCK_MS = 10;
/** Batches that are divided among two threads; smaller ones are not worth it. */
const DIVIDED = 160;

/** The most that our time may be of a peer's, for each batch, part and number of threads. */
const BARS: readonly (readonly [batch: number, part: Part, workers: 1 | 2, peer: PeerName, most: number])[] = [
  [16, "train", 1, "jax", 1.5],
  [16, "forward", 1, "jax", 1.5],
  [16, "train", 1, "torch", 1],
  [16, "forward", 1, "torch", 1],
  [160, "train", 1, "jax", 2],
  [160, "forward", 1, "jax", 2],
  [160, "train", 2, "jax", 1.2],
];

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

/** Our best time divided by each peer's, by batch, part, number of threads and peer. */
const ratios = new Map<string, number>();
const keyOf = (batch: number, part: Part, workers: 1 | 2, peer: PeerName) => [batch, part, workers, peer].join();

/** Rows of one part of the work: ours first, then each peer with our time divided by its. */
async function compare(
  own: Step,
  workers: 1 | 2,
  peers: readonly Peer[],
  batch: number,
  part: Part,
): Promise<TextCell[][]> {
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
  peers.forEach((peer, p) => ratios.set(keyOf(batch, part, workers, peer.name), best[0] / best[p + 1]));
  return steps.map((_, s) => [
    batch,
    part,
    s === 0 ? (workers === 1 ? backend : `${backend}, 2 workers`) : peers[s - 1].name,
    median(rounds[s]),
    best[s],
    s === 0 ? null : median(rounds[0].map((ours, round) => ours / rounds[s][round])),
    s === 0 ? null : best[0] / best[s],
  ]);
}

const backend = await useBackend((Deno.env.get("BACKEND") ?? "simd") as BackendName);
const found = await Promise.all(PEER_NAMES.map(startPeer));
const peers = found.filter((peer) => peer !== null);
const absent = PEER_NAMES.filter((_, p) => found[p] === null);
for (const name of absent) {
  printLine(`The peer ${name} is not there, so there is no comparison with it; deno task bench:peers installs it`);
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
const batches = Deno.args.length > 0 ? Deno.args.map(Number) : [16, 160, 1600];
for (const batch of batches) {
  const work = createPolicyWork(batch);
  const rows = [
    ...await compare(timed(work.train), 1, peers, batch, "train"),
    ...await compare(timed(work.forward), 1, peers, batch, "forward"),
  ];
  if (batch >= DIVIDED) {
    const divided = await createDataParallelWork(backend, batch);
    rows.push(...await compare(timed(divided.train), 2, peers, batch, "train"));
    divided.stop();
  }
  printLine(`${formatTable(columns, rows)}\n`);
}
peers.forEach((peer) => peer.stop());
const bars = BARS.filter(([batch]) => batches.includes(batch)).map(([batch, part, workers, peer, most]): Bar => ({
  what: `${batch} states, ${part}${workers === 2 ? " on 2 workers" : ""}: best time / ${peer}'s`,
  figure: ratios.get(keyOf(batch, part, workers, peer)) ?? `no ${peer} here`,
  wanted: { most },
}));
if (bars.length > 0) printLine(formatBars(bars));
