/**
 * The face of a room, its `mod.ts`, exports what others use and nothing else. Used are names that another room, the front door, an
 * example, a benchmark, a notebook or a page of the documents imports, and types that stand in what those names are made of.
 * Tests do not count: they may import the file itself.
 */

import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** What `deno doc` says of a module: its exported names, with everything that their declarations consist of. */
type Documented = Readonly<Record<string, { readonly symbols: readonly { readonly name: string }[] }>>;

async function documented(files: readonly string[]): Promise<Documented> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", "--quiet", ...files],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return (JSON.parse(new TextDecoder().decode(stdout)) as { readonly nodes: Documented }).nodes;
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* filesBelow(path);
    else if (/\.(?:ts|ipynb|md)$/.test(entry.name)) yield path;
  }
}

/** The names that a text imports, or hands on, from rooms: `[room, name]`. */
export function importedNames(text: string, roomOf: (module: string) => string | null): [string, string][] {
  const plain = text.replaceAll('\\"', '"').replaceAll("\\n", "\n");
  const lists = plain.matchAll(/\b(?:import|export)\s+(?:type\s+)?\{([^{}]*)\}\s*from\s*"([^"]+)"/g);
  const listed = [...lists].flatMap(([, list, module]) => {
    const room = roomOf(module);
    if (room === null) return [];
    const names = list.split(",").map((item) =>
      item.replace(/[\s",]+|\btype\b/g, " ").trim().split(/\s+as\s+/)[0].trim()
    );
    return names.filter((name) => name !== "").map((name): [string, string] => [room, name]);
  });
  const wholes = plain.matchAll(/\bimport\s+(?:type\s+)?\*\s+as\s+(\w+)\s+from\s*"([^"]+)"/g);
  const members = [...wholes].flatMap(([, whole, module]) => {
    const room = roomOf(module);
    if (room === null) return [];
    return [...plain.matchAll(new RegExp(`(?<!\\w)(?<!(?<!\\.\\.)\\.)${whole}\\.(\\w+)`, "g"))].map((
      [, name],
    ): [string, string] => [room, name]);
  });
  return [...listed, ...members];
}

/** By room the names that somebody outside of it imports. */
async function usedOutside(rooms: readonly string[]): Promise<ReadonlyMap<string, Set<string>>> {
  const used = new Map(rooms.map((room) => [room, new Set<string>()]));
  for (const folder of ["lib", "examples", "bench", "notebooks", "docs"]) {
    for await (const file of filesBelow(join(ROOT, folder))) {
      const own = /^lib\/(\w+)\//.exec(relative(ROOT, file))?.[1];
      const roomOf = (module: string): string | null => {
        const path = module.startsWith(".") ? relative(ROOT, join(dirname(file), module)) : module;
        const room = /^(?:lib\/(\w+)\/mod\.ts|(?:@causal-grpo\/)?causal-grpo\/(\w+))$/.exec(path);
        const name = room?.[1] ?? room?.[2];
        return name === undefined || name === own ? null : name;
      };
      for (const [room, name] of importedNames(await Deno.readTextFile(file), roomOf)) used.get(room)?.add(name);
    }
  }
  return used;
}

/** The exported names that are neither used nor a part of what is. */
function idle(symbols: readonly { readonly name: string }[], used: ReadonlySet<string>): string[] {
  const parts = new Map(
    symbols.map((symbol) => [
      symbol.name,
      new Set([...JSON.stringify(symbol).matchAll(/"(?:typeName|repr)":"(\w+)/g)].map(([, name]) => name)),
    ]),
  );
  const reached = new Set<string>();
  const reach = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    parts.get(name)?.forEach((part) => parts.has(part) && reach(part));
  };
  used.forEach(reach);
  return symbols.map(({ name }) => name).filter((name) => !reached.has(name));
}

Deno.test("names are read from imports of every form", () => {
  const roomOf = (module: string) => /\/(\w+)\/mod\.ts$/.exec(module)?.[1] ?? null;
  const text = `import { a, type B, c as d } from "../x/mod.ts";
import type { E } from "./y/mod.ts"; export { F } from "./y/mod.ts"; import { g } from "npm:other";
"import { h } from \\"../lib/z/mod.ts\\";\\n"
import * as whole from "../v/mod.ts"; whole.i(other.whole.j, ...whole.k);`;
  assert.deepEqual(importedNames(text, roomOf), [
    ["x", "a"],
    ["x", "B"],
    ["x", "c"],
    ["y", "E"],
    ["y", "F"],
    ["z", "h"],
    ["v", "i"],
    ["v", "k"],
  ]);
});

Deno.test("what is a part of a used name is no idle one, the rest is", () => {
  const symbols = [
    { name: "use", type: { typeName: "Options" } },
    { name: "Options", type: { typeName: "Inner" } },
    { name: "Inner" },
    { name: "Other" },
  ];
  assert.deepEqual(idle(symbols, new Set(["use"])), ["Other"]);
});

Deno.test("a room exports what others use, and nothing else", async () => {
  const rooms = [...Deno.readDirSync(join(ROOT, "lib"))].filter(({ isDirectory, name }) =>
    isDirectory && name !== "cli"
  )
    .map(({ name }) => name).sort();
  const used = await usedOutside(rooms);
  const nodes = await documented(rooms.map((room) => `lib/${room}/mod.ts`));
  const found = rooms.flatMap((room) => {
    const own = Object.entries(nodes).find(([file]) => file.endsWith(`/lib/${room}/mod.ts`))?.[1].symbols;
    return idle(own ?? [], used.get(room) ?? new Set()).map((name) => `${room}: ${name}`);
  });
  assert.deepEqual(found, []);
});
