import assert from "node:assert/strict";
import { openDelimited } from "../../../lib/advisor/tables/delimited.ts";
import { missingWords } from "../../../lib/advisor/tables/cells.ts";
import type { TableRows } from "../../../lib/advisor/tables/types.ts";
import { createStream } from "../../../lib/random/mod.ts";
import { temporary } from "../support.ts";

const DELIMITERS = [",", ";", "\t", "|"];

function open(content: string | Uint8Array, encoding: string | null = null) {
  return openDelimited(temporary("t.csv", content), DELIMITERS, { encoding, missing: missingWords(["-999"]) });
}

/** Columns and all cells as words. */
async function wordsOf(content: string | Uint8Array, encoding: string | null = null) {
  const table = open(content, encoding);
  const read = await table.read(table.columns.map((_, column) => ({ column, as: "words" })));
  return { columns: table.columns, cells: cellsOf(read) };
}

function cellsOf({ rows, columns }: TableRows): (string | null)[][] {
  return Array.from(
    { length: rows },
    (_, row) =>
      columns.map((column) =>
        column.kind === "words" ? column.words[column.codes[row]] ?? null : String(column.values[row])
      ),
  );
}

const EXPECTED = { columns: ["a", "b"], cells: [["1", "x"], ["2", null]] };

Deno.test("any newline, mixed ones too, ends a row, and lines with nothing on them are passed over", async () => {
  for (const text of ["a,b\n1,x\n2,", "a,b\r\n1,x\r\n2,\r\n", "a,b\r1,x\r2,\r", "\na,b\r\n\n1,x\n\r\n2,\n\n"]) {
    assert.deepEqual(await wordsOf(text), EXPECTED, JSON.stringify(text));
  }
});

Deno.test("the delimiter is what the header has most of outside quotes, or what Excel's line says", async () => {
  for (const delimiter of DELIMITERS) {
    assert.deepEqual(await wordsOf(`a${delimiter}b\n1${delimiter}x\n2${delimiter}\n`), EXPECTED, delimiter);
  }
  const quoted = await wordsOf('heat;feed;"note, with, commas"\n1;2;"3;4"');
  assert.deepEqual(quoted, { columns: ["heat", "feed", "note, with, commas"], cells: [["1", "2", "3;4"]] });
  assert.deepEqual(await wordsOf("sep=;\r\na;b\r\n1;x\r\n2;\r\n"), EXPECTED);
  assert.deepEqual(await wordsOf('"sep=|"\na|b\n1|x\n2|\n'), EXPECTED);
});

Deno.test("quoted cells hold delimiters, newlines and doubled quotes; a quote inside an unquoted cell is a quote", async () => {
  const { cells } = await wordsOf('a,b\n"1,\r\n2","say ""yes"""\n"",5" pipe\n"x" ,y\n');
  assert.deepEqual(cells, [["1,\r\n2", 'say "yes"'], [null, '5" pipe'], ["x", "y"]]);
  const refuses = (text: string, message: RegExp) => assert.rejects(async () => await wordsOf(text), message);
  await refuses('a,b\n1,2\n"3,4\n', /t\.csv: row 2: a quote is opened and never closed$/);
  await refuses(
    'a,b\n1,"2"3\n',
    /t\.csv: row 1: there is text behind a closed quote; write a quote inside quotes twice$/,
  );
  await refuses('a,"b\n1,2\n', /t\.csv: header: a quote is opened and never closed$/);
});

Deno.test("cells of every length come out whole wherever the pieces end in which a file is read", async () => {
  const stream = createStream(3);
  const cell = (length: number) =>
    Array.from({ length }, () => 'xyz é"\n,;'[Math.floor(9 * stream.uniform())]).join("");
  const rows = Array.from({ length: 300 }, (_, r) => [`${r}`, cell(r % 7 === 0 ? 40_000 : r % 11), `${2 * r}`]);
  rows.push(["long", "q".repeat(3_000_000), "end"]);
  const text = ["n,text,m", ...rows.map((row) => row.map((c) => `"${c.replaceAll('"', '""')}"`).join(","))].join(
    "\r\n",
  );
  const { cells } = await wordsOf(text);
  assert.deepEqual(cells, rows.map((row) => row.map((c) => c.trim() === "" ? null : c.trim())));
});

Deno.test("text is read by its byte-order mark, or as the problem says", async () => {
  const text = "débit,b\n1,x\n2,\n";
  const expected = { columns: ["débit", "b"], cells: EXPECTED.cells };
  const utf16 = (little: boolean, mark: boolean) => {
    const units = [...mark ? [0xfeff] : [], ...Array.from(text, (character) => character.charCodeAt(0))];
    return Uint8Array.from(units.flatMap((unit) => little ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255]));
  };
  const latin1 = Uint8Array.from(text, (character) => character.charCodeAt(0));
  assert.deepEqual(await wordsOf(Uint8Array.of(0xef, 0xbb, 0xbf, ...new TextEncoder().encode(text))), expected);
  assert.deepEqual(await wordsOf(utf16(true, true)), expected);
  assert.deepEqual(await wordsOf(utf16(false, true)), expected);
  assert.deepEqual(await wordsOf(utf16(true, false), "utf-16le"), expected);
  assert.deepEqual(await wordsOf(latin1, "windows-1252"), expected);
  assert.throws(() => open(latin1), /t\.csv: header: it is not UTF-8 text; .* e\.g\. encoding: windows-1252$/);
  assert.throws(() => open(utf16(true, false)), /write encoding: utf-16le into the problem file$/);
  assert.throws(() => open(Uint8Array.of(0xff, 0xfe, 0, 0, 65, 0, 0, 0)), /it is UTF-32 text; save it as UTF-8$/);
  assert.throws(() => open(utf16(true, true).subarray(0, 7)), /t\.csv: it is not utf-16le text$/);
});

Deno.test("a column that is not used never matters, whatever is in it", async () => {
  const bytes = Uint8Array.from("a,b,note\n1,2,caf\u00e9\n3,4,\u0000\u00ff\n", (character) => character.charCodeAt(0));
  const table = open(bytes);
  const read = await table.read([{ column: 1, as: "numbers" }]);
  assert.deepEqual(cellsOf(read), [["2"], ["4"]]);
  await assert.rejects(
    async () => await table.read([{ column: 2, as: "words" }]),
    /row 1, column note: it is not UTF-8 text/,
  );
});

Deno.test("a column of numbers stops at the first cell that is none, and says which", async () => {
  const table = open("a,b\n1,NA\n2,-999\n-999.0,3\nhigh,4\n5,low\n");
  const { columns } = await table.read([{ column: 0, as: "numbers" }, { column: 1, as: "numbers" }]);
  assert.deepEqual(columns.map((column) => column.kind === "numbers" && column.fault), [
    { row: 3, message: 'the text "high"' },
    null,
  ]);
  const [a, b] = columns.map((column) => column.kind === "numbers" ? [...column.values] : []);
  assert.deepEqual(a, [1, 2, NaN]);
  assert.deepEqual(b, [NaN, NaN, 3]);
});

Deno.test("rows of another length are refused, and a file without rows or header is named", async () => {
  await assert.rejects(async () => await wordsOf("a,b\n1,2\n3\n"), /t\.csv: row 2 has 1 cells, the header has 2$/);
  assert.throws(() => open(""), /t\.csv: it is empty$/);
  assert.throws(() => open("\n\n"), /t\.csv: it is empty$/);
  assert.equal(open("a,b\n").empty, true);
  assert.equal(open("a,b\n1,2").empty, false);
});
