/**
 * What running a cell costs beyond the cell itself: `deno run -A bench/notebook_overhead.ts [cells]`. Prints the mean time
 * of an empty cell with its barrier, and of the start of a kernel.
 */

import { startKernel } from "../lib/notebook/mod.ts";

const cells = Number(Deno.args[0] ?? 300);
const begin = performance.now();
const kernel = await startKernel({ directory: Deno.cwd() });
const started = performance.now();
const times: number[] = [];
for (let cell = 0; cell < cells; cell++) {
  const before = performance.now();
  await kernel.execute(`${cell};`, () => {});
  times.push(performance.now() - before);
}
await kernel.stop();
times.sort((a, b) => a - b);
const at = (share: number) => (times[Math.floor(share * (times.length - 1))] ?? NaN).toFixed(1);
const lines = [
  `kernel ready after ${(started - begin).toFixed(0)} ms`,
  `${cells} cells: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, largest ${at(1)} ms`,
];
Deno.stdout.writeSync(new TextEncoder().encode(`${lines.join("\n")}\n`));
