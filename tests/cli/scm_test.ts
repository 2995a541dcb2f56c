import assert from "node:assert/strict";
import { join } from "node:path";
import { run } from "./support.ts";

/** Runs a test with a folder that is gone afterwards. */
function inFolder(name: string, body: (folder: string) => Promise<void>): void {
  Deno.test(name, async () => {
    const folder = Deno.makeTempDirSync();
    try {
      await body(folder);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

inFolder("scm show prints equations and the optimum and writes a page that holds the graph", async (folder) => {
  const page = join(folder, "pages", "chain.html");
  const { code, out } = await run("scm", "show", "chain_3", "--out", page);
  assert.equal(code, 0);
  assert.match(out, /X1 = 1\.5·X0 \+ ε, ε ~ N\(0, 1\) +\[-5, 5\]/);
  assert.match(out, /best intervention +do\(X0 = −5\): −11\.25/);
  assert.match(out, /best on a direct parent +do\(X1 = −5\): −7\.5/);
  assert.match(Deno.readTextFileSync(page), /data:image\/svg\+xml;base64,/);
});

inFolder("scm sample writes rows under an intervention, the same for the same seed", async (folder) => {
  const sample = async (name: string) => {
    const out = join(folder, name);
    const { code } = await run("scm", "sample", "chain_3", "--do", "X0=-5", "--n", "50", "--seed", "3", "--out", out);
    assert.equal(code, 0);
    return Deno.readTextFileSync(out);
  };
  const first = await sample("a.csv");
  const rows = first.trim().split("\n");
  assert.equal(rows.length, 51);
  assert.equal(rows[0], "X0,X1,X2");
  assert.ok(rows.slice(1).every((row) => row.startsWith("-5,")));
  assert.equal(await sample("b.csv"), first);
});

inFolder("scm check says what is wrong in one line each, without a stack, and exits with 2", async (folder) => {
  const file = join(folder, "cycle.yaml");
  Deno.writeTextFileSync(
    file,
    "name: c\nobjective: minimize\ntarget: Y\nvariables: { X: { linear: { Y: 1 }, domain: [0, 1] }, Y: { linear: { X: 1 } } }",
  );
  const { code, out, err } = await run(
    "scm",
    "check",
    new URL("../../configs/scms/hard.yaml", import.meta.url).pathname,
    file,
  );
  assert.equal(code, 2);
  assert.match(out, /hard\.yaml: ok, 10 variables, 10 edges\n.*warning: setting G cannot move the target/);
  const lines = err.trim().split("\n");
  assert.equal(lines.length, 2);
  assert.ok(lines[0].endsWith('cycle.yaml: SCM "c" has a cycle: X → Y → X'), lines[0]);
  assert.equal(lines[1], "error: 1 of 2 files cannot be used");
});

inFolder("scm show offers the nearest name, and a truth that is not a number ends it with an error", async (folder) => {
  const misspelt = await run("scm", "show", "chain3");
  assert.equal(misspelt.code, 2);
  assert.equal(misspelt.err.trim(), 'error: chain3: no such SCM; did you mean "chain_3"?');
  const file = join(folder, "log.yaml");
  Deno.writeTextFileSync(
    file,
    "name: log\nobjective: minimize\ntarget: Y\nvariables:\n  X: { domain: [-5, 5] }\n  Y: { formula: log(X) }\n",
  );
  const show = await run("scm", "show", file);
  assert.equal(show.code, 2);
  assert.match(
    show.err,
    /^error: SCM "log": E\[Y\] .* is not a number: Y is NaN in \d+ of 2048 simulated rows of Y = log\(X\)/,
  );
  assert.equal(show.out, "");
  const check = await run("scm", "check", file);
  assert.notEqual(check.code, 0);
  assert.match(check.err, /log\.yaml: SCM "log": E\[Y\] .* is not a number/);
  assert.doesNotMatch(check.out, /ok/);
});

inFolder(
  "scm import writes an SCM file that says where its numbers are from, and overwrites nothing",
  async (folder) => {
    const graph = join(folder, "graph.dot"), out = join(folder, "graph.yaml");
    Deno.writeTextFileSync(graph, "digraph { A -> B -> Y; A -> Y }");
    const words = ["import", graph, "--target", "Y", "--objective", "minimize"];
    const bare = await run("scm", ...words);
    assert.equal(bare.code, 2);
    assert.match(bare.err, /the arrow A → B has no number in this DOT: --weights random/);
    const made = await run("scm", ...words, "--weights", "random", "--seed", "1", "--range", "1-2", "--out", out);
    assert.equal(made.code, 0, made.err);
    const text = Deno.readTextFileSync(out);
    assert.match(
      text,
      /^# Imported from graph\.dot\.\n# DOT: 3 variables, 3 arrows\.\n# The weights are not the file's: .* seed 1\./,
    );
    assert.match((await run("scm", "check", out)).out, /graph\.yaml: ok, 3 variables, 3 edges/);
    const again = await run("scm", ...words, "--weights", "template", "--out", out);
    assert.equal(again.code, 2);
    assert.match(again.err, /it exists already/);
    assert.equal(Deno.readTextFileSync(out), text);
    const missing = await run("scm", "import", join(folder, "none.dot"), "--objective", "minimize");
    assert.match(missing.err, /none\.dot: no such file/);
  },
);
