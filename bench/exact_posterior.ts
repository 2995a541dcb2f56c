/**
 * Time of one update of the exact posterior over DAGs, by number of variables: 20 observational rows and 20 interventions,
 * best and median of many updates. `deno run -A bench/exact_posterior.ts`
 */

import { printLine } from "../lib/cli/output.ts";
import { formatTable } from "../lib/report/mod.ts";
import { addToRegimeInto, createRegimeSums } from "../lib/numeric/mod.ts";
import { createStream } from "../lib/random/mod.ts";
import { createPosteriorSolver } from "../lib/surrogate/exact/posterior.ts";
import { EXACT_DEFAULTS } from "../lib/surrogate/mod.ts";

const ROWS = 40;
const SECONDS = 0.4;

function sumsOf(nodes: number) {
  const stream = createStream(1).child(nodes);
  const sums = createRegimeSums(nodes);
  const x = new Float64Array(nodes);
  for (let row = 0; row < ROWS; row++) {
    const set = row < ROWS / 2 ? -1 : stream.integer(nodes - 1);
    for (let i = 0; i < nodes; i++) x[i] = i === set ? 3 : (i > 0 ? 0.8 * x[i - 1] : 0) + 0.6 * stream.normal();
    addToRegimeInto(sums, x, set);
  }
  return sums;
}

const rows: (string | number)[][] = [];
for (let nodes = 3; nodes <= 10; nodes++) {
  const sums = sumsOf(nodes);
  const solver = createPosteriorSolver(nodes);
  const times: number[] = [];
  const until = performance.now() + 1000 * SECONDS;
  while (performance.now() < until || times.length < 20) {
    const started = performance.now();
    solver.solve(sums, EXACT_DEFAULTS);
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  rows.push([nodes, times[0].toFixed(3), times[Math.floor(times.length / 2)].toFixed(3)]);
}
const columns = ["variables", "best ms", "median ms"].map((heading) => ({ heading, align: "right" as const }));
printLine(formatTable(columns, rows));
