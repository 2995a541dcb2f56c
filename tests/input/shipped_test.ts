import assert from "node:assert/strict";
import { isPath, projectPath, shippedNames, shippedPath, yamlNames } from "../../lib/input/mod.ts";
import { freshFolder } from "../folder.ts";

Deno.test("what ships is found beside the library, wherever the process stands", () => {
  const before = Deno.cwd();
  try {
    Deno.chdir(freshFolder());
    assert.match(Deno.readTextFileSync(shippedPath("scms", "chain_3.yaml")), /chain/);
    assert.ok(shippedNames("tracks").includes("linear"));
    assert.ok(Deno.statSync(projectPath("deno.json")).isFile);
    assert.ok(!projectPath().endsWith("/"));
  } finally {
    Deno.chdir(before);
  }
});

Deno.test("a word with a slash or an ending is a path, any other a name", () => {
  assert.deepEqual(["chain_3", "a/b", "b.yaml", "b.yml", "c\\d"].map(isPath), [false, true, true, true, true]);
});

Deno.test("YAML files are listed by their names, in order, and nothing else", () => {
  const folder = freshFolder();
  for (const name of ["b.yaml", "a.yml", "c.json", "yaml"]) Deno.writeTextFileSync(`${folder}/${name}`, "");
  assert.deepEqual(yamlNames(folder), ["a", "b"]);
});
