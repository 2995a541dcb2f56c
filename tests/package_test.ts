/** The package as another project meets it: only the files that are published, in a folder of their own, far from the repository. */

import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freshFolder } from "./folder.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(Deno.readTextFileSync(join(ROOT, "deno.json"))) as Manifest;

async function deno(cwd: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", INIT_CWD: cwd },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.equal(code, 0, `deno ${args.join(" ")}\n${err}`);
  return out + err;
}

/** Copies what `deno publish` would upload. */
async function pack(folder: string): Promise<readonly string[]> {
  const said = await deno(ROOT, "publish", "--dry-run", "--no-check", "--allow-dirty", "--allow-slow-types");
  const files = [...said.matchAll(/^ +(file:\/\/\S+) \(/gm)].map(([, url]) => fileURLToPath(url).slice(ROOT.length));
  for (const file of files) {
    await Deno.mkdir(dirname(join(folder, file)), { recursive: true });
    await Deno.copyFile(join(ROOT, file), join(folder, file));
  }
  return files;
}

/** The lock of a project that links the package: the versions that are tested, whatever has appeared in the registry since. */
function lockFor(lock: string): string {
  const { workspace: { dependencies }, ...rest } = JSON.parse(lock) as {
    readonly workspace: { readonly dependencies: readonly string[] };
  };
  const [, minor] = manifest.version.split(".");
  return JSON.stringify({
    ...rest,
    workspace: {
      dependencies: [`jsr:${manifest.name}@0.${minor}`],
      links: { [`jsr:${manifest.name}@${manifest.version}`]: { dependencies } },
    },
  });
}

const PROGRAM = `
import { createEnvironment, createStream, openPolicy, openScm, openSession, outcomeModel, parseProblem, readData, useBackend } from "causal-grpo";
import { FAMILIES, parseScm } from "causal-grpo/scm";
import { openNeuralSurrogate, readTuned } from "causal-grpo/training";
import { htmlReport } from "causal-grpo/report";

const backend = await useBackend("auto");
const { scm } = openScm("chain_3");
const environment = createEnvironment([{ scm, outcomes: outcomeModel(scm) }], {
  observationalRows: 20, interventionalRows: 0, horizon: 3, rowsPerIntervention: 1,
});
const { policy } = openPolicy("linear");
const stream = createStream(0);
environment.reset([stream.child("start")]);
for (let t = 0; t < 3; t++) {
  environment.step(policy.act(environment.observation, [stream.child(t)], "mode"), [stream.child("noise").child(t)]);
}
const variable = policy.recommend(environment.observation).variable[0];
const problem = parseProblem(Deno.readTextFileSync("problem.yaml"), "problem.yaml");
const session = openSession(problem, await readData(problem, "data.csv"));
const page = await htmlReport({ title: "t", sections: [{ blocks: [{ kind: "markdown", text: "$a^2$ and α" }] }] });
console.log(JSON.stringify({
  backend: typeof backend, variable: scm.variables[variable].name, next: session.ask().suggestions[0].variable,
  families: FAMILIES.length, tuned: readTuned("linear").track, own: typeof parseScm, page: page.includes("KaTeX"),
  surrogate: typeof openNeuralSurrogate("neural").surrogate.track,
}));
`;

Deno.test("another project imports a packed copy: code, weights, models and tuned settings are found in it", async () => {
  const place = await Deno.realPath(freshFolder());
  const [copy, project] = [join(place, "copy"), join(place, "project")];
  const files = await pack(copy);
  assert.ok(files.includes("LICENSE") && files.includes("deno.json"));
  assert.ok(files.every((file) => !/^(tests|results|notebooks|bench)\//.test(file)), "only what the package needs");
  await Deno.mkdir(project);
  await Deno.writeTextFile(
    join(project, "deno.json"),
    JSON.stringify({
      imports: { "causal-grpo": `jsr:${manifest.name}@^${manifest.version}` },
      links: ["../copy"],
      nodeModulesDir: "none",
    }),
  );
  await Deno.writeTextFile(join(project, "main.ts"), PROGRAM);
  await Deno.copyFile(join(ROOT, "configs/experiments/bioreactor.yaml"), join(project, "problem.yaml"));
  await Deno.copyFile(join(ROOT, "configs/experiments/bioreactor.csv"), join(project, "data.csv"));
  await Deno.writeTextFile(join(project, "deno.lock"), lockFor(await Deno.readTextFile(join(ROOT, "deno.lock"))));
  const said = await deno(project, "run", "--no-check", "-A", "main.ts");
  assert.deepEqual(JSON.parse(said.slice(said.indexOf("{"), said.lastIndexOf("}") + 1)), {
    backend: "string",
    variable: "X0",
    next: "feed",
    families: 7,
    tuned: "linear",
    own: "function",
    page: true,
    surrogate: "function",
  });
});

Deno.test("every room has an entry of its own, and the front door has the names that a program needs first, no more", async () => {
  const rooms = [...Deno.readDirSync(join(ROOT, "lib"))].filter(({ isDirectory }) => isDirectory).map(({ name }) =>
    name
  );
  const expected = rooms.filter((room) => room !== "cli").map((room) => [`./${room}`, `./lib/${room}/mod.ts`]);
  assert.deepEqual(
    Object.entries(manifest.exports).toSorted(),
    [[".", "./lib/mod.ts"], ...expected].toSorted(),
  );
  const names = documented(await docOf(["lib/mod.ts"])).map(({ name }) => name);
  assert.ok(
    names.includes("openPolicy") && names.length >= 35 && names.length <= 45,
    `${names.length}: ${names.join()}`,
  );
});

Deno.test("every name that a room exports says what it is, and so does every room", async () => {
  const nodes = await docOf(Object.values(manifest.exports));
  const bare = documented(nodes).filter(({ doc }) => doc === undefined).map(({ name, place }) => `${place}: ${name}`);
  assert.deepEqual([...new Set(bare)], []);
  assert.deepEqual(Object.entries(nodes).flatMap(([file, { module_doc }]) => module_doc?.doc ? [] : [file]), []);
});

/** What `deno doc` says of the names that modules export. */
type DocNodes = Readonly<
  Record<string, {
    readonly module_doc?: { readonly doc?: string };
    readonly symbols: readonly {
      readonly name: string;
      readonly declarations: readonly {
        readonly kind: string;
        readonly jsDoc?: { readonly doc?: string };
        readonly location: { readonly filename: string; readonly line: number };
      }[];
    }[];
  }>
>;

async function docOf(files: readonly string[]): Promise<DocNodes> {
  const out = await deno(ROOT, "doc", "--json", "--quiet", ...files);
  return (JSON.parse(out.slice(out.indexOf("{"), out.lastIndexOf("}") + 1)) as { readonly nodes: DocNodes }).nodes;
}

/** Every exported name with its description; a name that is handed on has that of where it is from. */
function documented(nodes: DocNodes) {
  return Object.values(nodes).flatMap(({ symbols }) =>
    symbols.map(({ name, declarations }) => ({
      name,
      doc: declarations.map(({ kind, jsDoc }) => kind === "reference" ? "handed on" : jsDoc?.doc).find((doc) => doc),
      place: `${declarations[0]?.location.filename}:${declarations[0]?.location.line}`,
    }))
  );
}
