import assert from "node:assert/strict";
import { describeError } from "../../lib/cli/boundary.ts";
import { startProgress } from "../../lib/cli/progress.ts";
import { formatTable } from "../../lib/cli/table.ts";

const module = (name: string) => JSON.stringify(import.meta.resolve(`../../lib/cli/${name}.ts`));

/** Runs a small program that uses the helpers, sending it signals whenever it prints a line. */
async function runProgram(source: string, signals: readonly Deno.Signal[] = []) {
  const command = new Deno.Command(Deno.execPath(), { args: ["eval", source], stdout: "piped", stderr: "piped" });
  const child = command.spawn();
  let out = "";
  const pending = [...signals];
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    out += chunk;
    const signal = pending.shift();
    if (signal !== undefined) child.kill(signal);
  }
  const error = await new Response(child.stderr).text();
  return { out, error, code: (await child.status).code };
}

Deno.test("an error of a command is its message and exit code 1, without a stack", async () => {
  const source = `import { runCommand } from ${module("boundary")};
    await runCommand(() => { throw new TypeError("a.yaml:3: wrong"); }, []);`;
  assert.deepEqual(await runProgram(source), { out: "", error: "error: a.yaml:3: wrong\n", code: 1 });
});

Deno.test("--debug adds the stack and the cause", () => {
  const error = new Error("outer", { cause: new Error("inner") });
  assert.equal(describeError(error, false), "error: outer");
  const text = describeError(error, true);
  assert.match(text, /helpers_test.ts/);
  assert.match(text, /caused by error: inner/);
});

Deno.test("a command's exit code is what it returns", async () => {
  const source = `import { runCommand } from ${module("boundary")}; await runCommand(() => 7, []);`;
  assert.equal((await runProgram(source)).code, 7);
});

const patient = `import { breathe, exitCodeOf, listenForInterrupt } from ${module("interrupt")};
  const interrupt = listenForInterrupt((signal) => console.log("saving after", signal));
  console.log("ready");
  while (interrupt.signal === undefined) await breathe();`;

Deno.test("the first Ctrl-C lets the command save and leave with the signal's code", async () => {
  const { out, code } = await runProgram(`${patient} Deno.exit(exitCodeOf(interrupt.signal));`, ["SIGINT"]);
  assert.equal(out, "ready\nsaving after SIGINT\n");
  assert.equal(code, 130);
});

Deno.test("the second Ctrl-C ends a command that does not stop", async () => {
  const { code } = await runProgram(`${patient} for (;;) await breathe();`, ["SIGTERM", "SIGINT"]);
  assert.equal(code, 130);
});

Deno.test("a table aligns numbers to the right and text to the left", () => {
  const text = formatTable(
    [{ heading: "method" }, { heading: "value", digits: 3 }, { heading: "±", digits: 2 }],
    [["ours", 0.95, 0.01], ["UCB1", -10, null]],
  );
  assert.deepEqual(text.split("\n"), [
    "method    value     ±",
    "──────  ───────  ────",
    "ours      0.950  0.01",
    "UCB1    -10.000     –",
  ]);
});

Deno.test("without a terminal progress is a line at every tenth and at the end", () => {
  const lines: string[] = [];
  {
    using progress = startProgress("training", 25, { terminal: false, print: (line) => lines.push(line) });
    for (let done = 1; done <= 25; done++) progress.update(done, { value: (done / 25).toFixed(2) });
  }
  assert.equal(lines.length, 9);
  assert.equal(lines[0], "training 3/25  value 0.12");
  assert.equal(lines.at(-1), "training 25/25  value 1.00");
});
