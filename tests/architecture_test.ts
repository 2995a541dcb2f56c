/** The arrows of lib/: rooms import from earlier rooms alone, by their faces, and nothing imports in a circle. */

import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const LIB = fileURLToPath(new URL("../lib/", import.meta.url));

/** From the ground up: a room may import from those before it. */
const ROOMS = [
  "numeric",
  "input",
  "random",
  "scm",
  "environment",
  "tensor",
  "surrogate",
  "reward",
  "policy",
  "grpo",
  "episodes",
  "design",
  "theory",
  "evaluation",
  "config",
  "runs",
  "training",
  "contest",
  "evidence",
  "sweep",
  "dashboard",
  "advisor",
  "validation",
  "notebook",
  "report",
  "cli",
];

/** Rooms that know less than their place in the list would allow. */
const NARROW: Readonly<Record<string, readonly string[]>> = {
  grpo: ["random", "tensor"],
  design: ["random", "tensor", "grpo"],
  theory: ["numeric", "random", "tensor", "grpo"],
};

/** Rooms of algorithms: no file, clock, process or environment is touched there. `input` reads what a user wrote. */
const ALGORITHMS = ROOMS.slice(0, ROOMS.indexOf("config")).filter((room) => room !== "input");

/** Reads the compiled kernels that it computes with. */
const READS_KERNELS = ["tensor/simd/kernels.ts"];

/** The imports of every file of lib/, both as paths below lib/. */
async function imports(): Promise<ReadonlyMap<string, readonly string[]>> {
  const graph = new Map<string, readonly string[]>();
  for (const file of await files(LIB)) {
    const source = await Deno.readTextFile(file);
    const targets = [...source.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)"(\.[^"]+\.ts)"/g)]
      .map(([, target]) => relative(LIB, join(dirname(file), target)));
    graph.set(relative(LIB, file), [...new Set(targets)]);
  }
  return graph;
}

async function files(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) found.push(...await files(path));
    else if (entry.name.endsWith(".ts")) found.push(path);
  }
  return found;
}

const roomOf = (file: string): string => file.includes("/") ? file.slice(0, file.indexOf("/")) : "";

/** Every arrow `[from, to]` between different values of `place`. */
function arrows(
  graph: ReadonlyMap<string, readonly string[]>,
  place: (from: string, to: string) => readonly [string, string] | null,
): ReadonlyMap<string, ReadonlySet<string>> {
  const out = new Map<string, Set<string>>();
  for (const [from, targets] of graph) {
    for (const to of targets) {
      const pair = place(from, to);
      if (pair === null || pair[0] === pair[1]) continue;
      const known = out.get(pair[0]) ?? new Set();
      out.set(pair[0], known.add(pair[1]));
    }
  }
  return out;
}

/** A circle in a graph, as its nodes in order, or null. */
function circle(graph: ReadonlyMap<string, Iterable<string>>): readonly string[] | null {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): readonly string[] | null => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return null;
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const found = visit(next);
      if (found !== null) return found;
    }
    path.pop();
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const found = visit(node);
    if (found !== null) return found;
  }
  return null;
}

/** The sibling folders by which two files differ, or null where one file lies above the other. */
function siblings(from: string, to: string): readonly [string, string] | null {
  const a = dirname(from).split("/");
  const b = dirname(to).split("/");
  const shared = a.findIndex((name, depth) => name !== b[depth]);
  if (shared < 0 || shared >= b.length) return null;
  return [a.slice(0, shared + 1).join("/"), b.slice(0, shared + 1).join("/")];
}

Deno.test("a circle is found, and a graph without one has none", () => {
  assert.deepStrictEqual(circle(new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]]])), ["b", "c", "b"]);
  assert.deepStrictEqual(circle(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]])), null);
});

Deno.test("siblings are the folders where two paths part", () => {
  assert.deepStrictEqual(siblings("runs/files/lock.ts", "runs/index/scan.ts"), ["runs/files", "runs/index"]);
  assert.deepStrictEqual(siblings("runs/files/lock.ts", "runs/run.ts"), null);
  assert.deepStrictEqual(siblings("grpo/loss.ts", "tensor/mod.ts"), ["grpo", "tensor"]);
});

Deno.test("every folder of lib/ is a room that is known here", async () => {
  const rooms = new Set([...(await imports()).keys()].map(roomOf));
  assert.deepStrictEqual([...rooms].filter((room) => room !== "" && !ROOMS.includes(room)), []);
});

Deno.test("no file imports itself by way of others", async () => {
  assert.deepStrictEqual(circle(await imports()), null);
});

Deno.test("no folder imports a sibling by which it is imported", async () => {
  assert.deepStrictEqual(circle(arrows(await imports(), siblings)), null);
});

Deno.test("a room imports from earlier rooms alone", async () => {
  const graph = arrows(await imports(), (from, to) => [roomOf(from), roomOf(to)]);
  const against = [...graph].flatMap(([from, targets]) => {
    const allowed = NARROW[from] ?? ROOMS.slice(0, from === "" ? ROOMS.length : ROOMS.indexOf(from));
    return [...targets].filter((to) => !allowed.includes(to)).map((to) => `${from} -> ${to}`);
  });
  assert.deepStrictEqual(against, []);
});

Deno.test("a room is entered by its mod.ts", async () => {
  const around = [...await imports()].flatMap(([from, targets]) =>
    targets.filter((to) => roomOf(to) !== roomOf(from) && to !== `${roomOf(to)}/mod.ts`).map((to) => `${from} -> ${to}`)
  );
  assert.deepStrictEqual(around, []);
});

Deno.test("algorithms touch no file, clock, process or environment", async () => {
  const touching: string[] = [];
  for (const file of (await imports()).keys()) {
    if (!ALGORITHMS.includes(roomOf(file)) || READS_KERNELS.includes(file)) continue;
    const source = await Deno.readTextFile(join(LIB, file));
    const found = source.match(
      /\b(?:Deno\.(?!errors)\w+|Date\.now|new Date|performance\.now|Math\.random|process\.\w+|console\.\w+)/,
    );
    if (found !== null) touching.push(`${file}: ${found[0]}`);
  }
  assert.deepStrictEqual(touching, []);
});

/** The names that a file of lib/ imports, by the file or the face that they are imported from. */
async function namesFrom(file: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const source = await Deno.readTextFile(join(LIB, file));
  const found = [...source.matchAll(/import\s+(?:type\s+)?\{([^{}]*)\}\s*from\s*"(\.[^"]+)"/g)].map(
    ([, list, target]) => {
      const names = list.split(",").map((name) => name.replace(/\btype\b/, "").trim().split(/\s+as\s/)[0].trim());
      return [relative(LIB, join(LIB, dirname(file), target)), names] as const;
    },
  );
  return new Map(found);
}

/** Whether a file takes a name that another one declares, from it or by the face of its room. */
async function takesFrom(file: string, declaring: string): Promise<boolean> {
  const source = await Deno.readTextFile(join(LIB, declaring));
  const declared = [...source.matchAll(/^export (?:async )?(?:function\*?|const|class|interface|type) (\w+)/gm)]
    .map(([, name]) => name);
  const taken = await namesFrom(file);
  const faces = [declaring, `${roomOf(declaring)}/mod.ts`];
  return faces.some((face) => taken.get(face)?.some((name) => declared.includes(name)));
}

Deno.test("a config is followed to an Adam step in fifteen files, each imported by one before it", async () => {
  const page = await Deno.readTextFile(join(LIB, "../docs/rooms.md"));
  const walk = [...page.matchAll(/^\d+\. `lib\/([^`]+)`/gm)].map(([, file]) => file);
  assert.equal(walk[0], "cli/train.ts");
  assert.equal(walk.at(-1), "tensor/variable_adam.ts");
  assert.ok(walk.length <= 15, `${walk.length} files`);
  for (const [place, file] of walk.entries()) {
    if (place === 0) continue;
    const before = await Promise.all(walk.slice(0, place).map((earlier) => takesFrom(earlier, file)));
    assert.ok(before.includes(true), `${file} is imported by none of the files before it`);
  }
});
