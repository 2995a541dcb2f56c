import assert from "node:assert/strict";
import { describeError } from "../../lib/cli/boundary.ts";
import { PROGRESS_LINE, startProgress, startTalk } from "../../lib/cli/progress.ts";
import { durationText, formatTable } from "../../lib/report/mod.ts";
import { sayParts } from "../../lib/runs/mod.ts";

const module = (name: string) => JSON.stringify(import.meta.resolve(`../../lib/cli/${name}.ts`));
const INTERRUPT = JSON.stringify(import.meta.resolve("../../lib/runs/signals/interrupt.ts"));

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

const failing = (error: string) =>
  `import { runCommand, UsageError } from ${module("boundary")}; await runCommand(() => { throw ${error}; }, []);`;

Deno.test("an error of a command is its message without a stack: exit code 1, and 2 for what the user wrote", async () => {
  assert.deepEqual(await runProgram(failing(`new TypeError("a.yaml:3: wrong")`)), {
    out: "",
    error: "error: a.yaml:3: wrong\n",
    code: 1,
  });
  assert.equal((await runProgram(failing(`new UsageError("no such run")`))).code, 2);
});

Deno.test("the options of a command are refused with exit code 2, its help ends with 0 and shows examples", async () => {
  const source = (args: string) =>
    `import { defineCommand, runCommand } from ${module("boundary")};
    const program = defineCommand("compare", "Compare runs", ["compare a b"]).option("--out <folder>", "where");
    await runCommand((args) => { program.parse(args, { from: "user" }); console.log("ran"); }, ${args});`;
  const help = await runProgram(source(`["--help"]`));
  assert.match(help.out, /^Usage: deno task compare[^]*Examples:\n {2}deno task compare a b\n$/);
  assert.equal(help.code, 0);
  assert.deepEqual(await runProgram(source(`["--output-dir", "x"]`)), {
    out: "",
    error: "error: there is no --output-dir: the word is --out\n",
    code: 2,
  });
  assert.match((await runProgram(source(`["--uot", "x"]`))).error, /Did you mean --out\?/);
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

/** Says "ready" once the thread that listens for signals does. */
const STARTED = `
  const { endOnSignal } = await import(${INTERRUPT});
  { using ending = endOnSignal(); while (!ending.listening) await new Promise((resolve) => setTimeout(resolve, 10)); }
  console.log("ready");`;
const patient = `import { breathe, exitCodeOf, listenForInterrupt } from ${INTERRUPT};
  let heard = false;
  const interrupt = listenForInterrupt("saving", (signal) => { heard = true; console.log("heard", signal); });
  ${STARTED}`;

Deno.test("the first Ctrl-C lets the command save and leave with the signal's code", async () => {
  const { out, error, code } = await runProgram(
    `${patient} while (!heard) await breathe();
    Deno.exit(exitCodeOf(interrupt.signal));`,
    ["SIGINT"],
  );
  assert.equal(out, "ready\nheard SIGINT\n");
  assert.equal(error, "\nSIGINT: saving (once more ends it at once)\n");
  assert.equal(code, 130);
});

Deno.test("a command that computes without a pause knows at once that a signal came", async () => {
  const { code } = await runProgram(
    `${patient} while (interrupt.signal === undefined); Deno.exit(exitCodeOf(interrupt.signal));`,
    ["SIGTERM"],
  );
  assert.equal(code, 143);
});

Deno.test("the second Ctrl-C ends a command that does not stop, whatever it does", async () => {
  const { out, code } = await runProgram(
    `${patient} while (interrupt.signal === undefined); console.log("first"); for (;;);`,
    ["SIGTERM", "SIGINT"],
  );
  assert.equal(out, "ready\nfirst\n");
  assert.equal(code, 130);
});

Deno.test("a terminal that closes after Ctrl-C leaves the command the time to save", async () => {
  const { out, code } = await runProgram(
    `${patient} while (interrupt.signal === undefined); console.log("first");
    await new Promise((resolve) => setTimeout(resolve, 200));
    console.log("saved");
    Deno.exit(exitCodeOf(interrupt.signal));`,
    ["SIGINT", "SIGHUP"],
  );
  assert.match(out, /^ready\nfirst\n(heard SIGINT\n)?saved\n$/);
  assert.equal(code, 130);
});

Deno.test("a command that has nothing to save ends by the signal, with a sentence, while it computes", async () => {
  const source = `import { runCommand } from ${module("boundary")};
    await runCommand(async () => { ${STARTED} for (;;); }, []);`;
  for (const [signal, code] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
    assert.deepEqual(await runProgram(source, [signal]), {
      out: "ready\n",
      error: `\nstopped by ${signal}; what was written before is whole\n`,
      code,
    });
  }
});

Deno.test("a command that goes on although its time to save is over is ended", async () => {
  const source = `import { listenForInterrupt } from ${INTERRUPT}; import { runCommand } from ${module("boundary")};
    await runCommand(async () => {
      { using interrupt = listenForInterrupt("saving"); ${STARTED} while (interrupt.signal === undefined); }
      for (;;);
    }, []);`;
  assert.equal((await runProgram(source, ["SIGINT"])).code, 130);
});

Deno.test("a signal that whoever started the command had ignored, as nohup does, is ignored", async () => {
  const source = `import { runCommand } from ${module("boundary")};
    await runCommand(async () => {
      ${STARTED}
      Deno.kill(Deno.pid, "SIGHUP");
      await new Promise((resolve) => setTimeout(resolve, 300));
      return 7;
    }, []);`;
  const command = new Deno.Command("nohup", {
    args: [Deno.execPath(), "eval", source],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
  assert.equal((await command.output()).code, 7);
});

Deno.test("every command goes through the layer that ends it by a signal and gives it its exit code", () => {
  const folder = new URL("../../lib/cli/", import.meta.url);
  const without = [...Deno.readDirSync(folder)].filter(({ isFile, name }) => isFile && name.endsWith(".ts"))
    .map(({ name }) => [name, Deno.readTextFileSync(new URL(name, folder))] as const)
    .filter(([, text]) =>
      text.includes("import.meta.main") && !/if \(import\.meta\.main\) \{?\s*await runCommand\(/.test(text)
    );
  assert.deepEqual(without.map(([name]) => name), []);
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
  assert.ok(lines.every((line) => PROGRESS_LINE.test(line)), "so that a sweep shows them");
  assert.ok(!PROGRESS_LINE.test("run results/quick/0001-1a2b  backend simd  400 updates"));
});

Deno.test("the time left is never given as 60 seconds or 60 minutes", () => {
  assert.deepEqual([0, 59.4, 59.6, 119.7, 3599.9, 3661].map((seconds) => durationText(seconds)), [
    "0s",
    "59s",
    "1m00s",
    "2m00s",
    "1h00m",
    "1h01m",
  ]);
  assert.equal(durationText(118, 5), "2m00s");
});

Deno.test("the parts of a job are lines of progress with their places, its notes lines as they are", () => {
  const lines: string[] = [];
  {
    using talk = startTalk("evaluating", { terminal: false, lineShare: 0.5, print: (line) => lines.push(line) });
    const next = sayParts(talk.say, 4);
    talk.say("note: one more thing");
    for (const part of ["a", "b", "c", "d"]) next(part);
    next();
  }
  assert.deepEqual(lines, ["note: one more thing", "evaluating 2/4  · c", "evaluating 4/4"]);
  assert.ok(lines.slice(1).every((line) => PROGRESS_LINE.test(line)));
});
