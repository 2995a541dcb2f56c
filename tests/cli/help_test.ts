import assert from "node:assert/strict";
import { markdownPages, ROOT as root } from "./pages.ts";
import { programs, tasks } from "./tasks.ts";

Deno.test("the help of every task is its use and examples, and asking for it does nothing else", async () => {
  const kernels = () => Deno.statSync(new URL("lib/tensor/kernels/kernels.wasm", root)).mtime;
  const before = kernels();
  assert.ok(programs.length > 20);
  const waiting = [...programs];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { name, args } = next;
      const command = new Deno.Command(Deno.execPath(), {
        args: [...args, "--help"],
        cwd: root,
        env: { NO_COLOR: "1" },
      });
      const { code, stdout, stderr } = await command.output();
      const text = new TextDecoder().decode(stdout);
      assert.equal(code, 0, `${name}: ${new TextDecoder().decode(stderr)}`);
      assert.match(text, /^Usage: deno task \S+/, name);
      assert.match(text, /\nExamples:\n( {2}deno task \S+.*\n?)+$/, name);
      for (const [, example] of text.matchAll(/^ {2}deno task (\S+)/gm)) {
        assert.ok(example in tasks, `${name}: there is no task ${example}`);
      }
    }
  };
  await Promise.all([worker(), worker()]);
  assert.deepEqual(kernels(), before);
});

Deno.test("every shell block of the README and the documents is bash", async () => {
  let blocks = 0;
  for (const page of markdownPages()) {
    const text = Deno.readTextFileSync(new URL(page, root));
    for (const [, block] of text.matchAll(/^```(?:sh|bash)\n([^]*?)^```$/gm)) {
      blocks++;
      const child = new Deno.Command("bash", { args: ["-n", "-c", block], stderr: "piped" });
      const { success, stderr } = await child.output();
      assert.ok(success, `${page}: ${new TextDecoder().decode(stderr)}\n${block}`);
    }
  }
  assert.ok(blocks > 10);
});

Deno.test("a task that the README or the documents name exists", () => {
  for (const page of markdownPages()) {
    const text = Deno.readTextFileSync(new URL(page, root));
    for (const [, task] of text.matchAll(/deno task ([a-z][a-z:-]*)/g)) {
      assert.ok(task in tasks, `${page}: there is no task ${task}`);
    }
  }
});
