import assert from "node:assert/strict";
import { describeText, missingWords, numberIn } from "../../../lib/advisor/tables/cells.ts";
import { plainNumber } from "../../../lib/advisor/tables/delimited.ts";
import { createStream } from "../../../lib/random/mod.ts";

Deno.test("what people and programs write for a missing value is one, in any case and with space around it", () => {
  const { has } = missingWords();
  const words = "NA N/A n/a #N/A <NA> NaN NAN nan -nan Null NULL none None NaT ? . - -- — \\N #DIV/0! #VALUE!".split(
    " ",
  );
  for (const word of ["", " ", ...words]) assert.ok(has(word) && has(` ${word} `), word);
  for (const word of ["0", "x", "-1", "nano", "−"]) assert.ok(!has(word), word);
});

Deno.test("a problem's own words for a missing value count by text and by value", () => {
  const { has, hasNumber } = missingWords(["-999", "n.d."]);
  assert.ok(has("N.D.") && has("-999") && !has("999"));
  assert.ok(hasNumber(-999) && hasNumber(NaN) && !hasNumber(999));
});

Deno.test("numbers are decimal, with either minus; true and false are 1 and 0; everything else is none", () => {
  const numbers: readonly (readonly [string, number])[] = [
    ["1", 1],
    ["+1.", 1],
    [".5", 0.5],
    ["\\u22123.2".replace("\\u2212", "\u2212"), -3.2],
    ["1e\u22122", 0.01],
    [" -4E+3 ", -4000],
    ["TRUE", 1],
    ["True", 1],
    ["false", 0],
  ];
  for (const [text, number] of numbers) assert.equal(numberIn(text), number, text);
  for (const text of ["", "1,5", "0x10", "1_000", "Infinity", "1e999", "1 2", "--1", "e5", "12:30", "yes"]) {
    assert.equal(numberIn(text), undefined, text);
  }
});

Deno.test("numbers read from bytes are those that JavaScript reads from the text, to the last bit", () => {
  const stream = createStream(7);
  const encoder = new TextEncoder();
  const read = (text: string) => plainNumber(encoder.encode(text), 0, text.length);
  let plain = 0;
  for (let k = 0; k < 20_000; k++) {
    const value = stream.normal() * 10 ** Math.round(12 * stream.normal());
    const digits = 1 + Math.floor(17 * stream.uniform());
    for (const text of [value.toPrecision(digits), value.toExponential(digits), String(value)]) {
      const number = read(text);
      if (Number.isNaN(number)) continue;
      plain++;
      assert.ok(Object.is(number, Number(text)), text);
    }
  }
  assert.ok(plain > 30_000, `${plain}`);
  for (const text of ["", "-", ".", "1e", "1e+", "e1", "1.2.3", "1 ", "0x1", "1e5x", "nan", "1234567890123456"]) {
    assert.ok(Number.isNaN(read(text)), text);
  }
  assert.ok(Object.is(read("-0"), -0));
  assert.equal(read("00012.50"), 12.5);
});

Deno.test("a hint is given only where it is right", () => {
  assert.equal(
    describeText("1,234"),
    'the text "1,234"; it may be 1.234 or 1234: write the decimals behind a point, and no separator of thousands',
  );
  assert.equal(describeText("30,5"), 'the text "30,5"; write the decimals behind a point');
  assert.match(describeText("1.234,5"), /behind a point, and no separator of thousands$/);
  assert.match(describeText("1 234 567"), /no separator of thousands$/);
  assert.equal(describeText("2026-01-31"), 'the date "2026-01-31"');
  assert.equal(describeText("31.1.2026 12:30"), 'the date "31.1.2026 12:30"');
  assert.equal(describeText("12:30"), 'the time "12:30"');
  for (const text of ["9 g/L", "37°C", "5%", "1.2e3 m³"]) {
    assert.match(describeText(text), /write the unit into the pro/);
  }
  assert.match(describeText("<0.5"), /a bound is no number/);
  assert.match(describeText("1e999"), /too large$/);
  assert.match(describeText("inf"), /only finite numbers/);
  for (const text of ["high", "1.2.3", "0x1F", "12-14"]) assert.equal(describeText(text), `the text "${text}"`);
});
