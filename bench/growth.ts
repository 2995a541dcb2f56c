/**
 * How the cost of an update of training grows with the number of episodes, of steps, of members of a group (linearly) and of
 * variables (quadratically): `deno run -A bench/growth.ts`. Times are the best of some repetitions, so that other work on the
 * machine disturbs them little; arguments name the sizes to vary, all by default. An exponent is the slope of log time against
 * log size, over the whole row of sizes and over its last two.
 */

import { printLine } from "../lib/cli/output.ts";
import { formatTable, type TextCell } from "../lib/report/mod.ts";
import { loadConfig } from "../lib/config/mod.ts";
import { createParts } from "../lib/training/parts.ts";
import { drawProblems, loadTrack } from "../lib/training/track.ts";
import { createLocalPool } from "../lib/grpo/mod.ts";
import { useBackend } from "../lib/tensor/mod.ts";
import { type Bar, formatBars } from "./support/bars.ts";

const QUICK = new URL("../configs/quick.yaml", import.meta.url).pathname;
const REPETITIONS = 5;

interface Setting {
  readonly episodes: number;
  readonly steps: number;
  readonly group: number;
  readonly variables: number;
}

/** Milliseconds of the parts of one update. */
interface Times {
  readonly problems: number;
  readonly rollout: number;
  readonly gradient: number;
}

const PARTS = ["problems", "rollout", "gradient"] as const;
const BASE: Setting = { episodes: 16, steps: 20, group: 10, variables: 8 };

/** The rows of sizes. Few episodes and steps where there are many variables: a view has a feature for every pair. */
const SERIES: readonly { readonly of: keyof Setting; readonly sizes: readonly number[]; readonly base: Setting }[] = [
  { of: "episodes", sizes: [16, 32, 64, 128, 256], base: BASE },
  { of: "steps", sizes: [10, 20, 40, 80, 160], base: BASE },
  { of: "group", sizes: [10, 20, 40, 80, 160], base: BASE },
  { of: "variables", sizes: [12, 25, 50, 100, 200], base: { ...BASE, episodes: 2, steps: 10 } },
];

async function measure({ episodes, steps, group, variables }: Setting): Promise<Times> {
  const config = loadConfig(QUICK, [
    `grpo.problems_per_update=${episodes}`,
    `grpo.group_size=${group}`,
    "grpo.shards=1",
    "grpo.minibatches=1",
    `track={base: linear, horizon: ${steps}, sizes: {min: ${variables}, max: ${variables}}}`,
  ]);
  const track = loadTrack(config);
  const parts = createParts(config, track);
  const pool = createLocalPool(parts, parts.rollerOf, parts.stream, () => Promise.resolve());
  const best = { problems: Infinity, rollout: Infinity, gradient: Infinity };
  for (let update = 0; update < REPETITIONS; update++) {
    const start = performance.now();
    drawProblems(track.distribution, episodes, parts.stream.child("bench").child(update));
    const drawn = performance.now();
    const [{ counts, summary }] = await pool.collect(update, 0, 0);
    const collected = performance.now();
    await pool.gradients(0, 0, { ...summary, ...counts }, { entropy: 0.1, kl: 0 });
    const problems = drawn - start;
    best.problems = Math.min(best.problems, problems);
    // The rollout draws its problems itself.
    best.rollout = Math.min(best.rollout, Math.max(0, collected - drawn - problems));
    best.gradient = Math.min(best.gradient, performance.now() - collected);
  }
  parts.parameters.forEach((parameter) => parameter.dispose());
  return best;
}

/** Slope of the least-squares line through log y against log x. */
function exponent(x: readonly number[], y: readonly number[]): number {
  const [u, v] = [x.map(Math.log), y.map(Math.log)];
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mu, mv] = [mean(u), mean(v)];
  return u.reduce((sum, a, i) => sum + (a - mu) * (v[i] - mv), 0) / u.reduce((sum, a) => sum + (a - mu) ** 2, 0);
}

if (import.meta.main) {
  const bars: Bar[] = [];
  await useBackend("simd");
  await measure(BASE);
  const columns = ["size", ...PARTS.map((part) => `${part} ms`), "update ms"].map((heading) => ({
    heading,
    digits: 1,
  }));
  for (const { of, sizes, base } of SERIES) {
    if (Deno.args.length > 0 && !Deno.args.includes(of)) continue;
    const times: Times[] = [];
    for (const size of sizes) times.push(await measure({ ...base, [of]: size }));
    const updates = times.map((each) => PARTS.reduce((sum, part) => sum + each[part], 0));
    const exponents = (name: string, from: number): TextCell[] => {
      const slope = (y: readonly number[]) => exponent(sizes.slice(from), y.slice(from)).toFixed(2);
      return [name, ...PARTS.map((part) => slope(times.map((each) => each[part]))), slope(updates)];
    };
    const { [of]: _, ...rest } = base;
    printLine(`${of} (${Object.entries(rest).map(([name, value]) => `${value} ${name}`).join(", ")})`);
    const rows = sizes.map((size, s) => [String(size), ...PARTS.map((part) => times[s][part]), updates[s]]);
    printLine(formatTable(columns, [...rows, exponents("exponent", 0), exponents("last two", sizes.length - 2)]));
    printLine("");
    bars.push({
      what: `exponent of an update's cost in ${of}`,
      figure: exponent(sizes, updates),
      wanted: { most: of === "variables" ? 2 : 1 },
    });
  }
  if (bars.length > 0) printLine(formatBars(bars));
}
