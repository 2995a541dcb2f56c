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
  await refuses("heat,pH,growth,yield,set\n", /data\.csv: it has no rows$/);
  await refuses(withCell(7, 2, "2026-01-31"), /row 7, column growth: expected a number, got the date "2026-01-31"$/);
});

Deno.test("a setting that scatters around what is allowed counts as the nearest allowed value, and the note says so", async () => {
  // The width of heat's domain is 20 °C: by default 0.2 °C are tolerated; of pH's 2: 0.02.
  const near = await read(withCell(21, 0, "40.15"));
  assert.equal(near.rows.interventions[0].values[0], 40);
  assert.match(
    near.notes[0],
    /heat: one setting lies 0\.15 °C beside what is allowed and counts as the nearest allowed val/,
  );
  const both = await read(withCell(21, 0, "40.15").replace(/\n40,/, "\n39.99,").replace(/40,/, "40.1,"));
  assert.equal(both.rows.interventions[1].values[0], 39.99);
  const level = await read(withCell(23, 1, "6.985"));
  assert.equal(level.rows.interventions[2].values[1], 7);
  assert.match(level.notes[0], /pH: one setting lies 0\.015 beside what is allowed/);
  await assert.rejects(
    read(withCell(21, 0, "40.3")),
    /row 21, column set: heat was set to 40\.3, outside its domain \[20, 40\] °C; the nearest is 40, and 0\.2 °C are tolerated/,
  );
  await assert.rejects(
    read(withCell(23, 1, "7.5")),
    /outside its domain \{6, 7, 8\}; the nearest is [78], and 0\.02 are tol/,
  );
  const own = problem(["domain: [20, 40]", "domain: [20, 40], tolerance: 1"]);
  assert.equal((await read(withCell(21, 0, "40.9"), own)).rows.interventions[0].values[0], 40);
  const strict = problem(["setting: set", "setting: set\ntolerance: 0"]);
  await assert.rejects(read(withCell(21, 0, "40.001"), strict), /outside its domain/);
  assert.equal((await read(withCell(21, 0, "40.00000001"), strict)).rows.interventions[0].values[0], 40);
});

Deno.test("a setting written with its value is compared with the column as far as the problem tolerates", async () => {
  assert.equal((await read(withCell(21, 4, "heat=40.0000001"))).rows.interventions[0].variable, 0);
  assert.equal((await read(withCell(21, 4, "heat = 39.9"))).rows.interventions[0].values[0], 40);
  await assert.rejects(read(withCell(21, 4, "heat=39")), /it says heat = 39, column heat says 40/);
  await assert.rejects(
    read(withCell(21, 4, "heat=hot")),
    /row 21, column set: hot is no number that heat can be set to/,
  );
});

Deno.test("rows of one intervention may scatter", async () => {
  const rows = csv([["heat", 30], ["heat", 30.1], ["heat", 29.95], ["heat", 31]]);
  const all = await read(rows, problem(["setting: set", "setting: set\nrows_per_intervention: all"]));
  assert.deepEqual(all.rows.interventions.map(({ values }) => values.length / 4), [3, 1]);
  assert.deepEqual([...all.rows.interventions[0].values.filter((_, at) => at % 4 === 0)], [30, 30.1, 29.95]);
});

Deno.test("a column of settings says nothing by any word for a missing value, unless a variable has that name", async () => {
  const none = await read(withCell(21, 4, "none").replace(/,$/gm, ",n/a"));
  assert.equal(none.rows.interventions.length, 2);
  await assert.rejects(read(withCell(21, 4, "?")), /row 21, column set: no variable is named "\?"/);
  const sodium = problem(["  heat:", "  Na:"]);
  const { rows } = await read(TEXT.replaceAll("heat", "Na"), sodium);
  assert.deepEqual(rows.interventions.map(({ variable }) => variable), [0, 0, 1]);
});

Deno.test("a lost decimal point is noticed, with row and column", async () => {
  assert.deepEqual((await read(TEXT)).notes, []);
  const far = await read(withCell(7, 0, "28412"));
  assert.match(
    far.notes[0],
    /data\.csv: column heat: 28412 in row 7 lies far from the others \(around 29\.63 °C, with a sp/,
  );
  const three = [7, 8, 9].reduce((text, row) => text.replace(text.split("\n")[row], `3000${row},7,10,17,`), TEXT);
  assert.match(
    (await read(three)).notes[0],
    /column heat: 3 values lie far .*: 30009 in row 9, 30008 in row 8, 30007 in row 7;/,
  );
  // 40 °C lies five spreads out, and moves growth and yield as far: that is what setting is for.
  const outcome = await read(withCell(21, 3, "2961"));
  assert.match(outcome.notes[0], /column yield: 2961 in row 21 lies far from the others/);
});

Deno.test("a domain far from the data, or far wider, is noticed", async () => {
  const noteOf = async (domain: string) =>
    (await read(csv([]), problem(["domain: [20, 40]", `domain: ${domain}`]))).notes.find((note) => /heat/.test(note));
  assert.match(
    await noteOf("[0.001, 4.5]") ?? "",
    /heat: the domain \[0\.001, 4\.5\] °C lies \d+ times the usual spread away from what was observed \(around 29/,
  );
  assert.match(await noteOf("[-1e6, 1e6]") ?? "", /reaches \d+000 times the usual spread beyond what was observed/);
  assert.equal(await noteOf("[10, 50]"), undefined);
});

Deno.test("names are compared in one normal form, units in one that ignores how they are encoded", async () => {
  const composed = "D\u00e9bit";
  const decomposed = "De\u0301bit";
  for (const [own, header] of [[composed, decomposed], [decomposed, composed]]) {
    const described = problem(["  heat:", `  ${own}:`]);
    const { rows } = await read(TEXT.replaceAll("heat", header), described);
    assert.deepEqual(rows.interventions.map(({ variable }) => variable), [0, 0, 1]);
  }
  assert.throws(
    () => problem(["  heat:", `  ${composed}: {}\n  ${decomposed}:`]),
    /must be unique|two variables of this name/,
  );
  // A degree sign and a C, and the one character for both.
  const { rows } = await read(csv(INTERVENTIONS, "heat (\u2103),pH,growth,yield,set"));
  assert.equal(rows.observational.length, 20 * 4);
});

Deno.test("words for a missing value and an encoding can be given by the problem", async () => {
  const own = problem(["setting: set", "setting: set\nmissing: [n.d., -99]\nencoding: windows-1252"]);
  const text = withCell(3, 1, "N.D.").replace(/\n.*?,/, "\n-99,");
  assert.match(
    (await read(text, own)).notes[0],
    /2 of 23 rows have a missing value and are left out: heat in 1, pH in 1$/,
  );
  const latin1 = Uint8Array.from(csv([], "h\u00e9at,pH,growth,yield,set"), (letter) => letter.charCodeAt(0));
  const { rows } = await readData(
    problem(["  heat:", "  h\u00e9at:"], ["setting: set", "setting: set\nencoding: latin1"]),
    temporary("data.csv", latin1),
  );
  assert.equal(rows.observational.length, 20 * 4);
  assert.throws(
    () => problem(["setting: set", "setting: set\nencoding: latin9000"]),
    /encoding: no such encoding; e\.g\./,
  );
});

Deno.test("files that are not what their name says are refused with the file", async () => {
  const refuses = (name: string, content: string | Uint8Array, message: RegExp) =>
    assert.rejects(readData(problem(), temporary(name, content)), message);
  await refuses("data.xlsx", "", /cannot tell what it is; the name must end in \.csv, \.tsv/);
  await refuses("data.parquet", TEXT, /data\.parquet: it cannot be read as Parquet/);
  await refuses("data.arrow", TEXT, /data\.arrow: it cannot be read as Arrow/);
  await refuses("data.jsonl", '{"heat": 1}\n[2]', /data\.jsonl: row 2: expected an object, got \[2\]/);
  await refuses("data.jsonl", '{"heat": 1}\n{', /data\.jsonl: row 2: /);
  await refuses("data.csv", Uint8Array.of(0xff, 0xfe, 0x41), /it is not utf-16le text/);
  for (const name of ["nowhere.csv", "nowhere.jsonl", "nowhere.arrow", "nowhere.parquet"]) {
    await assert.rejects(readData(problem(), name), new RegExp(`^DataError: ${name}: no such file$`));
    const folder = temporary("x", "").replace(/x$/, name);
    Deno.mkdirSync(folder);
    await assert.rejects(readData(problem(), folder), new RegExp(`${name}: it is a folder, not a file$`));
  }
});
