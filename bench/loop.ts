/**
 * The whole training loop beside the same one in JAX under one jit (bench/peers/jax_loop.py, which says what differs):
 * `deno run -A bench/loop.ts [ROUNDS [UPDATES]]`. Processes take turns, each pinned to one core where there is `taskset`. `deno task bench:peers`
 * installs JAX; PEERS_PYTHON in the environment names another Python that has it. Steady
 * figures are those of the last three quarters of the updates; cold ones go from the start of the process, compilation included.
 * Processor time is what to compare where other programs compute too. Linux alone: times and memory are read from /proc.
 */

import { trainingCommand } from "../lib/sweep/mod.ts";
import { printLine } from "../lib/cli/output.ts";
import { formatTable, type TextCell } from "../lib/report/mod.ts";
import { type Bar, formatBars } from "./support/bars.ts";
import { useOf } from "./support/process.ts";

const ROOT = new URL("..", import.meta.url).pathname.replace(/\/$/, "");
const POLL_MS = 20;
/** The Python with JAX. */
const PEERS_PYTHON = Deno.env.get("PEERS_PYTHON") ?? `${ROOT}/results/peers/bin/python`;

/** What one training took. */
interface Figures {
  readonly steadyCpuMs: number;
  readonly steadyWallMs: number;
  readonly coldWall: number;
  readonly coldCpu: number;
  readonly peakMb: number;
  /** Mean reward of the last tenth of the updates: what was learned. */
  readonly value: number;
}

/** A command on one core, where that can be had. */
async function pinned(command: readonly string[]): Promise<readonly string[]> {
  const found = await new Deno.Command("taskset", { args: ["-c", "0", "true"], stdout: "null", stderr: "null" })
    .output().then(({ success }) => success, () => false);
  return found ? ["taskset", "-c", "0", ...command] : command;
}

const linesOf = (file: string): string[] => {
  try {
    return Deno.readTextFileSync(file).trim().split("\n");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
};

async function ours(updates: number): Promise<Figures> {
  const folder = await Deno.makeTempDir();
  const values: Record<string, string> = {
    "{deno}": Deno.execPath(),
    "{root}": ROOT,
    "{folder}": folder,
    "{config}": `${ROOT}/configs/quick.yaml`,
  };
  const filled = trainingCommand("train").map((part) => part.replace(/\{\w+\}/, (name) => values[name]));
  const words = [`grpo.updates=${updates}`, "runtime.workers=1", `evaluation.every=${updates + 1}`];
  const [program, ...args] = await pinned([...filled, "--no-evaluate", ...words]);
  const start = performance.now();
  const child = new Deno.Command(program, { args, stdout: "null", stderr: "piped" }).spawn();
  const marks: { readonly update: number; readonly wall: number; readonly cpu: number; readonly peakMb: number }[] = [];
  const poll = setInterval(() => {
    const use = useOf(child.pid);
    const update = linesOf(`${folder}/timings.jsonl`).length;
    if (use !== null) marks.push({ update, wall: (performance.now() - start) / 1000, ...use });
  }, POLL_MS);
  const { success, stderr } = await child.output();
  clearInterval(poll);
  if (!success) throw new Error(`Our training failed: ${new TextDecoder().decode(stderr)}`);
  const rewards = linesOf(`${folder}/metrics.jsonl`).map((line) => JSON.parse(line).reward as number | undefined);
  await Deno.remove(folder, { recursive: true });
  const tail = rewards.filter((reward) => reward !== undefined).slice(-Math.max(1, Math.floor(updates / 10)));
  const first = marks.find(({ update }) => update >= updates / 4);
  const last = marks.findLast(({ update }) => update > 0);
  if (first === undefined || last === undefined || last.update === first.update) {
    throw new Error("Our training was too short to be measured: ask for more updates");
  }
  const steps = last.update - first.update;
  return {
    steadyCpuMs: (last.cpu - first.cpu) / steps * 1000,
    steadyWallMs: (last.wall - first.wall) / steps * 1000,
    coldWall: last.wall,
    coldCpu: last.cpu,
    peakMb: last.peakMb,
    value: tail.reduce((sum, reward) => sum + reward, 0) / tail.length,
  };
}

/** The peer's figures, or why there are none. */
async function peers(updates: number): Promise<Figures | string> {
  const script = new URL("peers/jax_loop.py", import.meta.url).pathname;
  const [program, ...args] = await pinned([
    PEERS_PYTHON,
    "-B",
    script,
    String(updates),
    String(Math.ceil(updates / 4)),
  ]);
  const output = await new Deno.Command(program, { args, stdout: "piped", stderr: "piped" }).output()
    .catch((error: Error) => error);
  if (output instanceof Error) return output.message;
  if (!output.success) return new TextDecoder().decode(output.stderr).trim().split("\n").at(-1) ?? "it failed";
  return JSON.parse(new TextDecoder().decode(output.stdout));
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

const [rounds, updates] = [Number(Deno.args[0] ?? 1), Number(Deno.args[1] ?? 400)];
const all: { readonly own: Figures; readonly peer: Figures | string }[] = [];
for (let round = 0; round < rounds; round++) all.push({ own: await ours(updates), peer: await peers(updates) });
const absent = all.map(({ peer }) => peer).find((peer) => typeof peer === "string");
if (absent !== undefined) {
  printLine(`The jitted loop in JAX does not run (${absent}); deno task bench:peers installs it`);
}

const KEYS = ["steadyCpuMs", "steadyWallMs", "coldCpu", "coldWall", "peakMb", "value"] as const;
const row = (who: string, figures: readonly Figures[]): TextCell[] => [
  who,
  ...KEYS.map((key) => median(figures.map((each) => each[key]))),
];
const theirs = all.flatMap(({ peer }) => typeof peer === "string" ? [] : [peer]);
const ratio = (key: typeof KEYS[number]): number =>
  median(all.flatMap(({ own, peer }) => typeof peer === "string" ? [] : [own[key] / peer[key]]));
const columns = [
  { heading: `quick, ${updates} updates, one core` },
  { heading: "cpu ms an update", digits: 1 },
  { heading: "ms an update", digits: 1 },
  { heading: "cold: cpu s", digits: 1 },
  { heading: "cold: s", digits: 1 },
  { heading: "peak MB", digits: 0 },
  { heading: "reward at the end", digits: 3 },
];
const rows = [row("ours", all.map(({ own }) => own))];
if (theirs.length > 0) rows.push(row("jax, one jit", theirs), ["ours / theirs", ...KEYS.map(ratio)]);
printLine(formatTable(columns, rows));
const missing = "no jax here";
const bars: Bar[] = [
  {
    what: "steady processor time / jitted JAX's",
    figure: theirs.length > 0 ? ratio("steadyCpuMs") : missing,
    wanted: { most: 1.2 },
  },
  {
    what: `processor time from a cold start to ${updates} updates / JAX's`,
    figure: theirs.length > 0 ? ratio("coldCpu") : missing,
    wanted: { most: 1 },
  },
  { what: "peak memory, MB", figure: median(all.map(({ own }) => own.peakMb)), wanted: { most: 300 } },
];
printLine(`\n${formatBars(bars)}`);
