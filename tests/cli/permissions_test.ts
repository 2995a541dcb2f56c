import assert from "node:assert/strict";
import { join } from "node:path";
import { ROOT } from "./pages.ts";
import { programs } from "./tasks.ts";

/** Tasks that may start any program; the others may start Git at most. */
const STARTS_PROGRAMS = [
  "train",
  "train:surrogate",
  "theory",
  "two-phase",
  "sweep",
  "workflow",
  "notebook",
  "notebooks",
  "notebooks:check",
  "docs",
  "build:kernels",
];

/** Tasks that listen, or connect, on this machine. */
const LOOPBACK = ["dashboard", "notebook", "notebooks", "suggest"];

const commands = programs.filter(({ args }) => args.some((arg) => arg.startsWith("lib/cli/")));

Deno.test("no task of lib/cli has all permissions, reaches the network, loads a native library or asks while it works", () => {
  assert.ok(commands.length > 20);
  for (const { name, args } of commands) {
    const flags = args.filter((arg) => /^(-A|--allow-|--no-prompt)/.test(arg));
    assert.ok(flags.includes("--no-prompt"), name);
    const beyond = flags.filter((flag) =>
      !/^--(no-prompt|allow-(read|write|env|sys|run(=git)?|net=127\.0\.0\.1))$/.test(flag)
    );
    assert.deepEqual(beyond, [], name);
    assert.equal(flags.includes("--allow-run"), STARTS_PROGRAMS.includes(name), name);
    assert.equal(flags.includes("--allow-net=127.0.0.1"), LOOPBACK.includes(name), name);
  }
});

/** One short piece of real work of each command; `$` is a folder of its own. Those of a line go on with what the one before left. */
const WORK: readonly (readonly (readonly string[])[])[] = [
  [
    ["train", "grpo.updates=1", "--no-evaluate", "--results", "$", "name=first"],
    ["report", "$/first/RUN"],
    ["runs", "list", "--results", "$"],
  ],
  [["train:surrogate", "training.updates=1", "--no-evaluate", "--results", "$"]],
  [[
    "sweep",
    "run",
    "--kind",
    "theory",
    "grpo.updates=1",
    "evaluation={baselines: false, samples: 4}",
    "--results",
    "$",
  ]],
  [["theory", "--eval-only", "evaluation.samples=4", "--results", "$"]],
  [["two-phase", "--grpo-checkpoint", "linear", "--n-interventions", "2", "--instances", "2", "--out", "$"]],
  [["evaluate", "--checkpoint", "linear", "--problems", "4", "--baselines", "random", "--out", "$"]],
  [[
    "compare",
    "linear",
    "--graphs",
    "chain",
    "--sizes",
    "4",
    "--problems",
    "4",
    "--baselines",
    "random",
    "--out",
    "$",
  ]],
  [["benchmarks", "--scms", "toy_graph", "--repetitions", "2", "--trials", "3", "--baselines", "random", "--out", "$"]],
  [["suggest", "--problem", "configs/experiments/bioreactor.yaml", "--data", "configs/experiments/bioreactor.csv"]],
  [["suggest", "--simulate", "chain_3", "--interventions", "2", "--out", "$/page.html"]],
  [["scm", "show", "chain_3", "--out", "$/chain.html"]],
  [["notebook", "$/own.ipynb", "--out", "$"]],
];

const NOTEBOOK = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {},
  cells: [{ cell_type: "code", id: "one", metadata: {}, execution_count: null, outputs: [], source: "1 + 1" }],
});

async function work(lines: readonly (readonly string[])[]): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(folder, "own.ipynb"), NOTEBOOK);
    for (const [name, ...words] of lines) {
      const found = commands.find((command) => command.name === name);
      assert.ok(found, name);
      const run = words.some((word) => word.endsWith("/RUN"))
        ? [...Deno.readDirSync(join(folder, "first"))][0].name
        : "";
      const given = words.map((word) => word.replace(/^\$/, folder).replace("/RUN", `/${run}`));
      const command = new Deno.Command(Deno.execPath(), {
        args: [...found.args.toSpliced(1, 0, "--no-check"), ...given],
        cwd: ROOT,
        env: { NO_COLOR: "1" },
      });
      const { code, stdout, stderr } = await command.output();
      const said = `${name} ${given.join(" ")}: ${new TextDecoder().decode(stdout)}${new TextDecoder().decode(stderr)}`;
      assert.equal(code, 0, said);
      assert.doesNotMatch(said, /NotCapable|Requires \w+ access/);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("every command works with the permissions of its task", async () => {
  const waiting = [...WORK];
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next);
  };
  await Promise.all([worker(), worker()]);
});
