/**
 * Trainings from end to end: `deno run -A bench/end_to_end.ts`. Interventions sampled, rewarded and learned from in a second
 * and the highest resident memory of the first 100 updates of `quick` on one and on two threads, and the time of 300 episodes of
 * 20 steps with groups of 10 (`full_scale`). Each training is a process of its own, with the flags of `deno task train`.
 * Memory and computing time (of all threads, start and validation included) are read from /proc, on Linux alone.
 */

import { trainingCommand } from "../lib/sweep/mod.ts";
import { printLine } from "../lib/cli/output.ts";
import { formatTable, type TextCell } from "../lib/report/mod.ts";
import { type Bar, formatBars } from "./support/bars.ts";
import { useOf } from "./support/process.ts";

const ROOT = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
/** How often memory is read; the kernel keeps the highest value itself. */
const POLL_MS = 50;

interface Figures {
  readonly interventions: number;
  /** Of the updates alone. */
  readonly seconds: number;
  /** From the start of the process to its end. */
  readonly wall: number;
  /** Seconds that all threads computed: what `wall` would be on an idle core. */
  readonly cpu: number | null;
  readonly peakMb: number | null;
}

async function training(config: string, words: readonly string[]): Promise<Figures> {
  const folder = await Deno.makeTempDir();
  const values: Record<string, string> = {
    "{deno}": Deno.execPath(),
    "{root}": ROOT,
    "{folder}": folder,
    "{config}": `${ROOT}/configs/${config}.yaml`,
  };
  const filled = trainingCommand("train").map((part) => part.replace(/\{\w+\}/, (name) => values[name]));
  const start = performance.now();
  const args = [...filled.slice(1), "--no-evaluate", ...words];
  const child = new Deno.Command(filled[0], { args, stdout: "null", stderr: "piped" }).spawn();
  let use: ReturnType<typeof useOf> = null;
  const poll = setInterval(() => use = useOf(child.pid) ?? use, POLL_MS);
  const { success, stderr } = await child.output();
  clearInterval(poll);
  const wall = (performance.now() - start) / 1000;
  if (!success) throw new Error(`The training of ${config} failed: ${new TextDecoder().decode(stderr)}`);
  const updates = Deno.readTextFileSync(`${folder}/timings.jsonl`).trim().split("\n").map((line) => JSON.parse(line));
  await Deno.remove(folder, { recursive: true });
  let [seconds, interventions] = [0, 0];
  for (const each of updates) {
    seconds += each.seconds;
    interventions += each.seconds * each.interventions_per_second;
  }
  const { cpu, peakMb } = use ?? { cpu: null, peakMb: null };
  return { interventions, seconds, wall, cpu, peakMb };
}

const TRAININGS = [
  { name: "quick, 1 thread", config: "quick", words: ["grpo.updates=100", "runtime.workers=1"] },
  { name: "quick, 2 threads", config: "quick", words: ["grpo.updates=100", "runtime.workers=2"] },
  { name: "300 episodes × 20 steps × 10", config: "full_scale", words: [] },
] as const;

/** Interventions that the earlier system rewarded in a second. */
const EARLIER_SPEED = 2;

const rows: TextCell[][] = [];
const all: Figures[] = [];
for (const { name, config, words } of TRAININGS) {
  const figures = await training(config, words);
  const { interventions, seconds, wall, cpu, peakMb } = figures;
  all.push(figures);
  rows.push([name, Math.round(interventions), seconds, wall, cpu, Math.round(interventions / seconds), peakMb]);
}
const columns = [
  { heading: "training" },
  { heading: "interventions" },
  { heading: "updates s", digits: 1 },
  { heading: "with start and validation s", digits: 1 },
  { heading: "cpu s", digits: 1 },
  { heading: "interventions a second" },
  { heading: "peak MB", digits: 0 },
];
printLine(formatTable(columns, rows));
const speeds = all.map(({ interventions, seconds }) => interventions / seconds);
const bars: Bar[] = [
  { what: "quick, 2 threads: interventions a second", figure: speeds[1], wanted: { least: 10_000 } },
  { what: "— times the earlier system's", figure: speeds[1] / EARLIER_SPEED, wanted: { least: 5000 } },
  {
    what: "300 episodes × 20 steps × 10: seconds, with start and validation",
    figure: all[2].wall,
    wanted: { most: 10 },
  },
  {
    what: "highest resident memory of the three, MB",
    figure: all.some(({ peakMb }) => peakMb === null) ? "no /proc" : Math.max(...all.map(({ peakMb }) => peakMb ?? 0)),
    wanted: { most: 500 },
  },
];
printLine(`\n${formatBars(bars)}`);
