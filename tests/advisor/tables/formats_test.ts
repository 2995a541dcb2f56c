import assert from "node:assert/strict";
import { readData } from "../../../lib/advisor/mod.ts";
import { parseProblem } from "../../../lib/advisor/mod.ts";
import { openBinary } from "../../../lib/advisor/tables/binary.ts";
import { readTable } from "../../../lib/advisor/tables/read.ts";
import type { ColumnRequest } from "../../../lib/advisor/tables/types.ts";

const FIXTURES = new URL("./fixtures/", import.meta.url).pathname;
const EXAMPLE = new URL("../../../configs/experiments/bioreactor", import.meta.url).pathname;
const problem = parseProblem(Deno.readTextFileSync(`${EXAMPLE}.yaml`), "bioreactor.yaml");

const WRITTEN = [
  "pandas.feather",
  "pandas_zstd.feather",
  "polars_lz4.arrow",
  "polars_zstd.arrow",
  "polars_plain.arrow",
  "polars_stream.arrow",
  "small_stream.arrow",
  "small_lz4.feather",
  "pandas.parquet",
  "polars.parquet",
  "pages_gzip.parquet",
  "pages_brotli.parquet",
  "pages_lz4.parquet",
  "encodings.parquet",
  "small.parquet",
  "small_snappy.parquet",
];

Deno.test("the files that pandas, polars and pyarrow write, compressed or not, hold the rows of the CSV file", async () => {
  const { rows } = await readData(problem, `${EXAMPLE}.csv`);
  assert.equal(rows.interventions.length, 3);
  for (const name of WRITTEN) assert.deepEqual((await readData(problem, FIXTURES + name)).rows, rows, name);
});

/** One column of a fixture. */
async function column(file: string, name: string, as: ColumnRequest["as"]) {
  const bytes = Deno.readFileSync(FIXTURES + file);
  const table = await openBinary(bytes, file, file.endsWith("parquet") ? "Parquet" : "Arrow", []);
  const { columns: [read] } = await table.read([{ column: table.columns.indexOf(name), as }]);
  if (read.kind === "numbers") return { values: [...read.values], fault: read.fault };
  return { values: Array.from(read.codes, (code) => read.words[code] ?? null), fault: null };
}

const NUMBERS: Readonly<Record<string, readonly number[]>> = {
  int8: [1, -2, NaN, 100],
  uint16: [1, 2, NaN, 65535],
  int64: [1, -2, NaN, 100],
  float16: [1.5, -2.25, NaN, 2 ** -24],
  float32: [1.5, -2.25, NaN, Math.fround(0.1)],
  float64: [0.1, -2.25, NaN, NaN],
  decimal: [30.126, -0.001, NaN, NaN],
  bool: [1, 0, NaN, 1],
  text: [1.5, NaN, NaN, NaN],
  large_text: [1.5, -2, NaN, NaN],
  view: [1.5, -2, NaN, 1e-17],
};

Deno.test("every type that is a number, or text that says one, is read from Arrow and from Parquet alike", async () => {
  for (const file of ["types.feather", "types.parquet"]) {
    for (const [name, values] of Object.entries(NUMBERS)) {
      assert.deepEqual(await column(file, name, "numbers"), { values, fault: null }, `${file} ${name}`);
    }
    assert.deepEqual((await column(file, "category", "words")).values, ["heat", "feed", null, "heat"], file);
    assert.deepEqual((await column(file, "int8", "words")).values, ["1", "-2", null, "100"], file);
    assert.deepEqual((await column(file, "category", "numbers")).fault, { row: 0, message: 'the text "heat"' }, file);
  }
  assert.deepEqual((await column("types.feather", "nothing", "numbers")).values, [NaN, NaN, NaN, NaN]);
});

Deno.test("a used column of times, bytes or parts is refused with what it holds, in every format", async () => {
  const contents = {
    date: "dates",
    time: "times of day",
    stamp: "timestamps",
    lasted: "durations",
    bytes: "bytes",
    list: "lists",
    structure: "structures",
  };
  for (const file of ["types.feather", "types.parquet"]) {
    for (const [name, content] of Object.entries(contents)) {
      await assert.rejects(
        column(file, name, "numbers"),
        new RegExp(`^DataError: ${file}: column ${name} holds ${content}, not numbers$`),
      );
      await assert.rejects(column(file, name, "words"), /, not words$/);
    }
  }
});

Deno.test("a file without rows says so in every format", async () => {
  for (const name of ["empty.feather", "empty.parquet"]) {
    await assert.rejects(readData(problem, FIXTURES + name), new RegExp(`${name}: it has no rows$`));
  }
  await assert.rejects(
    readTable(`${FIXTURES}make.py`, problem, () => []),
    /cannot tell what it is; the name must end in \.csv, \.tsv, \.jsonl, \.ndjson, \.arrow, \.feather, \.parquet$/,
  );
});
