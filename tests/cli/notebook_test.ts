import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { formatNotebook, parseNotebook } from "../../lib/notebook/mod.ts";
import { notebookOf } from "../notebook/sample.ts";
import { freshFolder } from "../folder.ts";

const command = fileURLToPath(new URL("../../lib/cli/notebook.ts", import.meta.url));

async function run(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", command, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

Deno.test("the notebook command writes the executed copy and the report, with an error in a cell too, and says so", async () => {
  const folder = freshFolder();
  const path = `${folder}/failing.ipynb`;
  const parameters = { source: "let steps = 5;", tags: ["parameters"] };
  await Deno.writeTextFile(
    path,
    formatNotebook(notebookOf(parameters, "console.log(steps);", 'throw new Error("no <luck>");', "1;")),
  );
  const { code, out, err } = await run(path, "-p", "steps=9", "--out", `${folder}/out`);
  assert.equal(code, 1);
  assert.match(out, /failing: .*failing\.html/);
  assert.match(err, /failing \[3\/5\] console\.log\(steps\); \d/);
  assert.match(err, /error: failing, code cell 4 \(error\): Error: no <luck>/);
  const executed = parseNotebook(await Deno.readTextFile(`${folder}/out/failing.ipynb`), "failing.ipynb");
  const printed = executed.cells[2];
  assert.ok(printed?.cell_type === "code" && printed.outputs[0]?.output_type === "stream");
  assert.deepEqual(printed.outputs[0].text, ["9\n"]);
  const html = await Deno.readTextFile(`${folder}/out/failing.html`);
  assert.match(html, /Error: no &lt;luck&gt;\n[\s\S]*line 1 of the cell: throw new Error/);
  assert.match(html, /deno task notebook failing -p steps=9|deno<\/span> task notebook failing -p steps=9/);
});

Deno.test("a notebook that does not exist is told with those that do", async () => {
  const { code, err } = await run("no-such-notebook");
  assert.equal(code, 2);
  assert.match(err, /error: no-such-notebook: there is no such notebook; valid here: /);
});
