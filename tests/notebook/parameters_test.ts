import assert from "node:assert/strict";
import { NotebookError, withParameters } from "../../lib/notebook/mod.ts";
import { declaredParameters } from "../../lib/notebook/parameters.ts";
import { notebookOf } from "./sample.ts";

const cell = (source: string) => notebookOf({ source, tags: ["parameters"] });

/** The source of the cell that sets the given values. */
function injected(source: string, given: Record<string, string>): string {
  const [, after] = withParameters(cell(source), given).cells;
  return [after?.source].flat().join("");
}

const refused = (source: string, given: Record<string, string>, message: RegExp) =>
  assert.throws(() => withParameters(cell(source), given), (error) => {
    assert.ok(error instanceof NotebookError, String(error));
    assert.match(error.message, message);
    return true;
  });

const everyKind = `let steps: number = 5; // how many
let rate = 1e-3;
let name = "a";
let sizes = [3, 4];
let on = true;`;

Deno.test("parameters are read from the tagged cell and set in a cell after it", () => {
  const declared = [...declaredParameters(cell(everyKind)).values()];
  assert.deepEqual(declared.map(({ name, written }) => [name, written]), [
    ["steps", "5"],
    ["rate", "1e-3"],
    ["name", '"a"'],
    ["sizes", "[3, 4]"],
    ["on", "true"],
  ]);
  assert.equal(
    injected(everyKind, { steps: "7", rate: "5e-4", name: "12", sizes: "[1]", on: "false" }),
    'let steps = 7;\nlet rate = 0.0005;\nlet name = "12";\nlet sizes = [1];\nlet on = false;',
  );
  const notebook = cell(everyKind);
  assert.equal(withParameters(notebook, {}), notebook);
});

Deno.test("several declarations in one statement, constants, exports and lines without a semicolon are parameters", () => {
  assert.equal(
    injected('let updates = 5, name = "x";', { updates: "3", name: "3" }),
    'let updates = 3;\nlet name = "3";',
  );
  assert.equal(injected("const updates = 5;", { updates: "3" }), "const updates = 3;");
  assert.equal(
    injected("export const updates = 5\nlet b = 1; let c = 2", { updates: "3", c: "4" }),
    "const updates = 3;\nlet c = 4;",
  );
  assert.equal(injected("let a = 1,\n  b = [\n    1, // one\n    2,\n  ];", { b: "[5]" }), "let b = [5];");
});

Deno.test("what only looks like a declaration is none", () => {
  const source = [
    "// let a = 1;",
    "/*",
    "let b = 2;",
    "*/",
    "let text = `",
    "let c = 3;",
    "`;",
    "function f() { let d = 4; }",
    "let [e, g] = [5, 6];",
  ].join("\n");
  assert.deepEqual([...declaredParameters(cell(source)).keys()], ["text"]);
});

Deno.test("a text keeps what it is given, whatever it contains", () => {
  const source = 'let url = "https://example.org/a;b"; let quoted = `x`; let typed: string;';
  for (const text of ["12", "true", "a: b", "[1", 'a "b" \\\\', "//", "", "null", "1.50"]) {
    assert.equal(
      injected(source, { url: text, quoted: text }),
      `let url = ${JSON.stringify(text)};\nlet quoted = ${JSON.stringify(text)};`,
    );
    assert.equal(injected(source, { typed: text }), `let typed = ${JSON.stringify(text)};`);
  }
  assert.equal(
    injected("let words: string[] = [];", { words: "[0012, a b, 'true', x=1]" }),
    'let words = ["0012", "a b", "true", "x=1"];',
  );
  assert.equal(injected('let words = ["a"] as const;', { words: "[1]" }), 'let words = ["1"];');
});

Deno.test("a type decides over the default, and a union takes what one of its members can be", () => {
  const source =
    'let limit: number | null = null; let pick: "a" | number = 1; let free = f(); let map: Record<string, number> = {};';
  assert.equal(injected(source, { limit: "5" }), "let limit = 5;");
  assert.equal(injected(source, { limit: "null" }), "let limit = null;");
  assert.equal(injected(source, { pick: "7" }), "let pick = 7;");
  assert.equal(injected(source, { pick: "b" }), 'let pick = "b";');
  assert.equal(injected(source, { free: "[1, x]" }), 'let free = [1, "x"];');
  assert.equal(injected(source, { map: "{a: 1}" }), 'let map = { ["a"]: 1 };');
  refused(source, { limit: "some" }, /the parameter limit is a number or null \(null\), and "some" is a string/);
});

Deno.test("numbers that JSON does not know stay what they are, and none is rounded", () => {
  assert.equal(injected("let a = 1; let b = 2n;", { a: ".inf" }), "let a = Infinity;");
  assert.equal(injected("let a = 1; let b = 2n;", { a: "-.inf" }), "let a = -Infinity;");
  assert.equal(injected("let a = 1; let b = 2n;", { a: "-0" }), "let a = -0;");
  assert.equal(injected("let a = 1; let b = 2n;", { b: "12345678901234567890" }), "let b = 12345678901234567890n;");
  assert.equal(injected("let a = -1_000.5;", { a: "2" }), "let a = 2;");
  refused("let a = 1;", { a: "12345678901234567890" }, /is a whole number of more digits than a number holds/);
});

Deno.test("a parameter of an unknown name or another kind, broken YAML, and a cell that cannot be read are errors", () => {
  refused(everyKind, { step: "7" }, /no parameter "step"; the nearest is "steps"/);
  refused(everyKind, { steps: "seven" }, /steps is a number \(5\), and "seven" is a string/);
  refused(everyKind, { steps: "" }, /steps is a number \(5\), and "" is a null/);
  refused(everyKind, { on: "1" }, /on is a boolean \(true\), and "1" is a number/);
  refused(everyKind, { sizes: "[1, x]" }, /sizes is a list, each a number \(\[3, 4\]\), and "\[1, x\]" is a string/);
  refused(everyKind, { steps: "[" }, /steps is a number \(5\), and "\[" is no YAML: /);
  refused("let a = ;", { a: "1" }, /parameters cell cannot be read: .*\(1:8\)/);
  assert.throws(() => withParameters(notebookOf("1"), { steps: "7" }), /no cell tagged "parameters"/);
});

Deno.test("a run of a copy that was executed before replaces what was given then", () => {
  const once = withParameters(cell(everyKind), { steps: "7", rate: "1" });
  const twice = withParameters(once, { steps: "8" });
  assert.deepEqual(twice.cells.map(({ source }) => [source].flat().join("")), [everyKind, "let steps = 8;"]);
});
