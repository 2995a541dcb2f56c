/**
 * How long `deno task suggest` takes for a large table: 100,000 rows × 50 variables, a tenth of them interventional, in
 * CSV and in Parquet. Prints the wall time of the whole command, start of the process included, and the processor time of
 * its parts, which says more on a machine that is busy.
 */

import { cpuUsage } from "node:process";
import { parquetWriteBuffer } from "hyparquet-writer";
import { openSession, parseProblem, readData } from "../lib/advisor/mod.ts";
import { createStream } from "../lib/random/mod.ts";
import { useBackend } from "../lib/tensor/mod.ts";
import { printLine } from "../lib/cli/output.ts";

const ROWS = 100_000;
const VARIABLES = 50;
const names = Array.from({ length: VARIABLES }, (_, v) => `X${v}`);

const folder = Deno.makeTempDirSync();
const file = (name: string) => `${folder}/${name}`;
const domains = names.slice(0, -1).map((name) => `  ${name}: { domain: [-5, 5] }`).join("\n");
const problemText = `name: large\nobjective: minimize\ntarget: ${names[VARIABLES - 1]}\ninterventions: 20000\n` +
  `setting: set\nvariables:\n${domains}\n  ${names[VARIABLES - 1]}: {}\n`;
Deno.writeTextFileSync(file("problem.yaml"), problemText);
writeTables();

await useBackend("auto");
const processor = () => (cpuUsage().user + cpuUsage().system) / 1e6;
const problem = parseProblem(problemText, "problem.yaml");
for (const name of ["data.csv", "data.parquet"]) {
  const start = processor();
  const { rows } = await readData(problem, file(name));
  const read = processor();
  openSession(problem, { rows }).ask();
  const asked = processor();
  const begin = performance.now();
  const { code } = new Deno.Command("deno", {
    args: ["task", "-q", "suggest", "--problem", file("problem.yaml"), "--data", file(name)],
  }).outputSync();
  if (code !== 0) throw new Error(`suggest failed on ${name}`);
  printLine(
    `${name.padEnd(14)} whole command ${((performance.now() - begin) / 1000).toFixed(2)} s; processor: reading ${
      (read - start).toFixed(2)
    } s, answering ${(asked - read).toFixed(2)} s`,
  );
}
Deno.removeSync(folder, { recursive: true });

/** Independent normal columns; every tenth row sets one variable after another to an end of its domain. */
function writeTables(): void {
  const stream = createStream(0);
  const columns = names.map(() => new Float64Array(ROWS));
  const set: (string | null)[] = new Array(ROWS).fill(null);
  for (const column of columns) stream.fillNormalInto(column);
  for (let r = 9; r < ROWS; r += 10) {
    const v = (r - 9) / 10 % (VARIABLES - 1);
    columns[v][r] = r % 20 < 10 ? -5 : 5;
    set[r] = names[v];
  }
  const lines = [[...names, "set"].join(",")];
  for (let r = 0; r < ROWS; r++) {
    lines.push(`${columns.map((column) => column[r].toFixed(6)).join(",")},${set[r] ?? ""}`);
  }
  Deno.writeTextFileSync(file("data.csv"), lines.join("\n"));
  const columnData = [
    ...names.map((name, v) => ({ name, data: columns[v], type: "DOUBLE" as const })),
    { name: "set", data: set, type: "STRING" as const },
  ];
  Deno.writeFileSync(file("data.parquet"), new Uint8Array(parquetWriteBuffer({ columnData })));
}
