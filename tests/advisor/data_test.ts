import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { parquetWriteBuffer } from "hyparquet-writer";
import assert from "node:assert/strict";
import { type ExperimentProblem, readData } from "../../lib/advisor/mod.ts";
import { csv, measure, problem, temporary } from "./support.ts";

const INTERVENTIONS = [["heat", 40], ["heat", 40], ["pH", 7]] as const;
const TEXT = csv(INTERVENTIONS);

const read = (text: string, described: ExperimentProblem = problem(), name = "data.csv") =>
  readData(described, temporary(name, text));

/** The text with one cell of a row (counted from 1) replaced. */
function withCell(row: number, column: number, cell: string): string {
  const lines = TEXT.split("\n").map((line) => line.split(","));
  lines[row][column] = cell;
  return lines.map((cells) => cells.join(",")).join("\n");
}

Deno.test("CSV, TSV, JSON lines, Arrow and Parquet of the same rows give the same numbers", async () => {
  const lines = TEXT.split("\n").map((line) => line.split(","));
  const column = (c: number) => lines.slice(1).map((cells) => cells[c]);
  const numbers = ["heat", "pH", "growth", "yield"].map((name, c) => ({ name, data: column(c).map(Number) }));
  const set = column(4).map((name) => name === "" ? null : name);
  const arrays = Object.fromEntries([...numbers.map(({ name, data }) => [name, data]), ["set", set]]);
  const arrow = tableToIPC(tableFromArrays(arrays), {});
  assert.ok(arrow !== null);
  const files = [
    temporary("a.csv", TEXT),
    temporary("b.csv", TEXT.replaceAll(",", ";").replaceAll("\n", "\r\n") + "\r\n"),
    temporary("c.tsv", TEXT.replaceAll(",", "\t")),
    temporary(
      "d.jsonl",
      set.map((name, r) =>
        JSON.stringify({ ...Object.fromEntries(numbers.map((one) => [one.name, one.data[r]])), set: name })
      ).join("\n"),
    ),
    temporary("e.arrow", arrow),
    temporary(
      "f.parquet",
      new Uint8Array(parquetWriteBuffer({
        columnData: [
          ...numbers.map(({ name, data }) => ({ name, data, type: "DOUBLE" as const })),
          { name: "set", data: set, type: "STRING" as const },
        ],
      })),
    ),
  ];
  const [first, ...others] = await Promise.all(files.map((file) => readData(problem(), file)));
  assert.equal(first.rows.observational.length, 20 * 4);
  assert.deepEqual([...first.rows.observational.subarray(0, 4)], Object.values(measure(0)));
  assert.deepEqual(first.rows.interventions.map(({ variable }) => variable), [0, 0, 1]);
  for (const other of others) assert.deepEqual(other.rows, first.rows);
});

Deno.test("rows of one intervention are counted as the problem says", async () => {
  const grouped = await read(TEXT, problem(["setting: set", "setting: set\nrows_per_intervention: all"]));
  assert.deepEqual(grouped.rows.interventions.map(({ values }) => values.length / 4), [2, 1]);
  const pairs = await read(
    csv([...INTERVENTIONS, ["heat", 30], ["heat", 30], ["heat", 30]]),
    problem(["setting: set", "setting: set\nrows_per_intervention: 2"]),
  );
  assert.deepEqual(pairs.rows.interventions.map(({ values }) => values.length / 4), [2, 1, 2, 1]);
});

Deno.test("missing values, repeated rows, columns that never vary and columns without use are said", async () => {
  const text = withCell(3, 1, "NA");
  const gone = await read(withCell(3, 1, "").replace(/^(.*\n(?:.*\n){3}.*?),[^,]*,/, "$1,,"));
  assert.equal(gone.rows.observational.length, 18 * 4);
  assert.match(gone.notes[0], /2 of 23 rows have a missing value and are left out: pH in 2$/);
  assert.equal((await read(text)).rows.observational.length, 19 * 4);

  const line = TEXT.split("\n")[5];
  const twice = await read(`${TEXT}\n${line}`);
  assert.equal(twice.rows.observational.length, 21 * 4);
  assert.match(twice.notes[0], /1 rows repeat another in every value and are kept/);
  const once = await read(`${TEXT}\n${line}`, problem(["setting: set", "setting: set\nduplicates: drop"]));
  assert.equal(once.rows.observational.length, 20 * 4);
  assert.match(once.notes[0], /are left out/);

  const lines = TEXT.split("\n").map((row) => row.split(","));
  const constant = lines.map((cells, r) => [cells[0], r === 0 ? "pH" : "7", ...cells.slice(2)].join(",")).join("\n");
  assert.match((await read(constant)).notes[0], /pH never varies/);
  const still = lines.map((cells, r) => [...cells.slice(0, 3), r === 0 ? "yield" : "80", cells[4]].join(",")).join(
    "\n",
  );
  assert.match((await read(still)).notes[0], /yield never varies .* counts as 1, which every interval rests on$/);
  const wide = lines.map((cells, r) => [...cells, r === 0 ? "operator" : "anna"].join(",")).join("\n");
  assert.match((await read(wide)).notes[0], /columns that the problem does not name are not used: operator$/);
});

Deno.test("without any intervention the notes say so, and which column may hold them", async () => {
  assert.match((await read(csv([]))).notes[0], /nothing was set in any row: column set is empty/);
  const { notes } = await read(TEXT, problem(["setting: set\n", ""]));
  assert.match(notes[0], /the problem file names no column for it/);
  assert.match(notes[1], /write setting: set if set says what was set/);
});

Deno.test("more interventions than the budget point to rows_per_intervention", async () => {
  const { notes } = await read(TEXT, problem(["interventions: 12", "interventions: 2"]));
  assert.match(notes[0], /3 interventions were made, more than the budget of 2; rows_per_intervention: all/);
});

Deno.test("a unit in the header must be the problem's", async () => {
  const { rows } = await read(csv(INTERVENTIONS, "heat (°C),pH,growth [g/L],yield,set"));
  assert.equal(rows.observational.length, 20 * 4);
  await assert.rejects(
    read(csv(INTERVENTIONS, "heat [K],pH,growth,yield,set")),
    /column "heat \[K\]" is in K, the problem says °C; values are not converted/,
  );
});

Deno.test("what cannot be read is refused with row and column", async () => {
  const refuses = (text: string, message: RegExp) => assert.rejects(read(text), message);
  await refuses(csv([], "heat,ph,growth,yield,set"), /data\.csv: there is no column "pH"; did you mean "ph"\?/);
  await refuses(csv([], "heat,pH,heat,yield,set"), /there are two columns "heat"/);
  await refuses(withCell(7, 2, "high"), /data\.csv: row 7, column growth: expected a number, got the text "high"/);
  await refuses(withCell(7, 2, "9 g/L"), /row 7, column growth: .* write the unit into the problem file/);
  await refuses(
    TEXT.replaceAll(",", ";").replace(/\n(\d+)\./, "\n$1,"),
    /row 1, column heat: .*; write the decimals behind a point/,
  );
  await refuses(withCell(21, 0, "41"), /row 21, column set: heat was set to 41, outside its domain \[20, 40\] °C/);
  await refuses(withCell(23, 1, "7.5"), /row 23, column set: pH was set to 7\.5, outside its domain \{6, 7, 8\}/);
  await refuses(withCell(21, 4, "growth"), /row 21, column set: growth cannot be set; .* to heat, pH$/);
  await refuses(withCell(21, 4, "heta"), /row 21, column set: no variable is named "heta"; did you mean "heat"\?/);
  await refuses(withCell(21, 4, "heat=39"), /row 21, column set: it says heat = 39, column heat says 40/);
  await refuses(`${TEXT}\n1,2,3`, /row 24 has 3 cells, the header has 5/);
  await refuses("", /data\.csv: it is empty/);
});

Deno.test("files that are not what their name says are refused with the file", async () => {
  const refuses = (name: string, content: string | Uint8Array, message: RegExp) =>
    assert.rejects(readData(problem(), temporary(name, content)), message);
  await refuses("data.xlsx", "", /cannot tell what it is; the name must end in \.csv, \.tsv/);
  await refuses("data.parquet", TEXT, /data\.parquet: it cannot be read as Parquet/);
  await refuses("data.arrow", TEXT, /data\.arrow: it cannot be read as Arrow/);
  await refuses("data.jsonl", '{"heat": 1}\n[2]', /data\.jsonl: row 2: expected an object, got \[2\]/);
  await refuses("data.jsonl", '{"heat": 1}\n{', /data\.jsonl: row 2: /);
  await refuses("data.csv", Uint8Array.of(0xff, 0xfe, 0x41), /it is not UTF-8 text/);
  await assert.rejects(readData(problem(), "nowhere.csv"), /nowhere\.csv: no such file/);
});
