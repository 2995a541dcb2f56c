import assert from "node:assert/strict";

/** Every TypeScript file of the tests with its text. */
function* testFiles(folder: URL): Generator<readonly [string, string]> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* testFiles(new URL(`${name}/`, folder));
    else if (name.endsWith(".ts")) yield [name, Deno.readTextFileSync(new URL(name, folder))];
  }
}

Deno.test("a test file that makes temporary files removes them, or leaves it to the shared helper", () => {
  const leaving = [...testFiles(new URL("./", import.meta.url))].filter(([, text]) => {
    const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
    return count(/Deno\.makeTemp(Dir|File)(Sync)?\(/g) > count(/Deno\.remove(Sync)?\(/g);
  });
  assert.deepEqual(leaving.map(([name]) => name), []);
});
