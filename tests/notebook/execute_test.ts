import assert from "node:assert/strict";
import { executeNotebook, formatNotebook, type Notebook, parseNotebook } from "../../lib/notebook/mod.ts";
import { notebookOf } from "./sample.ts";

const directory = Deno.cwd();

/** The outputs of a cell, with texts joined. */
function shown(notebook: Notebook, cell: number): unknown[] {
  const found = notebook.cells[cell];
  assert.ok(found?.cell_type === "code");
  return found.outputs.map((output) => {
    switch (output.output_type) {
      case "stream":
        return `${output.name}: ${[output.text].flat().join("")}`;
      case "error":
        return output.traceback.join("\n");
      default:
        return [output.data["text/plain"]].flat().join("");
    }
  });
}

const fourteen = notebookOf(
  `console.log("a"); console.error("b"); console.log("c"); 1`,
  `for (let i = 0; i < 3; i++) await Deno.jupyter.display({ "text/plain": \`shown \${i}\` }, { raw: true }); 2`,
  `await Deno.jupyter.display({ "text/plain": "first" }, { raw: true, display_id: "d" }); console.log("d"); "e"`,
  { source: `throw new Error("f")`, tags: ["raises-exception"] },
  `await Deno.jupyter.display({ "text/plain": "last" }, { raw: true, display_id: "d", update: true }); console.log("g"); [1, 2]`,
);

Deno.test("a notebook of fourteen outputs gives twenty identical files", async () => {
  const files = new Set<string>();
  for (let run = 0; run < 20; run++) {
    const { notebook, failures } = await executeNotebook(fourteen, { directory });
    assert.deepEqual(failures, []);
    files.add(formatNotebook(notebook));
  }
  assert.equal(files.size, 1);
  const notebook = parseNotebook([...files][0] ?? "", "the result");
  const all = notebook.cells.map((_, cell) => shown(notebook, cell));
  assert.equal(all.flat().length, 14);
  assert.deepEqual(all[0], ["stdout: a\n", "stderr: b\n", "stdout: c\n", "1"]);
  assert.deepEqual(all[1], ["shown 0", "shown 1", "shown 2", "2"]);
  assert.deepEqual(all[2], ["last", "stdout: d\n", '"e"']);
  assert.deepEqual(notebook.cells.map((cell) => cell.cell_type === "code" ? cell.execution_count : 0), [1, 2, 3, 4, 5]);
});

Deno.test("an error is kept with its traceback and the cell's line, and ends the run", async () => {
  const source = `\n\nfunction fail() {\n  throw new RangeError("out of range");\n}\nfail();`;
  const { notebook, failures } = await executeNotebook(notebookOf("1", source, "2"), { directory });
  assert.deepEqual(failures, [{ number: 2, outcome: "error", message: "RangeError: out of range" }]);
  const [error] = shown(notebook, 1);
  assert.match(String(error), /^RangeError: out of range\n {4}at fail \(<anonymous>:2:9\)/);
  assert.match(String(error), /line 6 of the cell: fail\(\);$/);
  assert.deepEqual(shown(notebook, 2), []);
});

Deno.test("a cell that cannot be parsed or loaded has an error that says why, although the kernel gives none", async () => {
  const cells = notebookOf(
    "const a = 1;\nconst b = ;",
    `import x from "npm:no-such-package-here@0.0.1/../x";`,
    `throw "text"`,
  );
  const { notebook, failures } = await executeNotebook(cells, { directory, allowErrors: true });
  assert.deepEqual(failures.map(({ number }) => number), [1, 2, 3]);
  assert.match(
    String(shown(notebook, 0)[0]),
    /^SyntaxError: Expression expected\n[\s\S]*const b = ;[\s\S]*line 2, column 11 of the cell/m,
  );
  assert.match(failures[1]?.message ?? "", /npm:no-such-package-here/);
  assert.match(String(shown(notebook, 2)[0]), /^Error: text/);
});

Deno.test("a dead kernel and a timeout keep what was shown before, and say what happened", async () => {
  const died = await executeNotebook(notebookOf("42", "Deno.exit(7)", "3"), { directory, allowErrors: true });
  assert.deepEqual(died.failures.map(({ outcome }) => outcome), ["died"]);
  assert.deepEqual([shown(died.notebook, 0), shown(died.notebook, 2)], [["42"], []]);
  assert.match(String(shown(died.notebook, 1)), /KernelError: the kernel died \(exit code 7\)/);
  const late = await executeNotebook(notebookOf("42", "await new Promise(() => {})"), {
    directory,
    cellSeconds: 0.4,
  });
  assert.deepEqual(late.failures, [{
    number: 2,
    outcome: "timeout",
    message: "CellTimeout: the cell ran longer than 0.4 s",
  }]);
  assert.deepEqual(shown(late.notebook, 0), ["42"]);
});

Deno.test("the stop signal ends the run with what has been shown", async () => {
  const stop = new AbortController();
  const { notebook, failures } = await executeNotebook(notebookOf("42", "await new Promise(() => {})", "3"), {
    directory,
    signal: stop.signal,
    onCell: ({ number, outcome }) => {
      if (number === 2 && outcome === undefined) stop.abort(new Error("stopped by SIGINT"));
    },
  });
  assert.deepEqual(failures.map(({ outcome, message }) => [outcome, message]), [[
    "stopped",
    "Stopped: stopped by SIGINT",
  ]]);
  assert.deepEqual(shown(notebook, 0), ["42"]);
});

Deno.test("the front end's stop button, which sends SIGINT, aborts a cell that listens and leaves the kernel alive", async () => {
  const library = new URL("../../lib/report/notebook/display.ts", import.meta.url);
  const stoppable = `const { stopSignal } = await import(${JSON.stringify(library)});
const signal = stopSignal();
setTimeout(() => Deno.kill(Deno.pid, "SIGINT"), 10);
await new Promise((resolve) => signal.addEventListener("abort", resolve));
String(signal.reason);`;
  const { notebook, failures } = await executeNotebook(notebookOf(stoppable, "42"), { directory });
  assert.deepEqual(failures, []);
  assert.match(String(shown(notebook, 0)), /AbortError: stopped by the stop button/);
  assert.deepEqual(shown(notebook, 1), ["42"]);
});
