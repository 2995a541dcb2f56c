import assert from "node:assert/strict";
import { z } from "zod";
import { ConfigError, nearest, parseYaml, suggestion, validate } from "../../lib/input/mod.ts";

Deno.test("every value has its file, line and column, one that is missing that of the section above it", () => {
  const { data, locate, keys } = parseYaml("a: 1\nb:\n  - x\n  - { c: 2, '12': 3, '3': 4 }\n", "f.yaml");
  assert.deepEqual(data, { a: 1, b: ["x", { c: 2, 12: 3, 3: 4 }] });
  assert.equal(locate(["a"]), "f.yaml:1:1");
  assert.equal(locate(["b"]), "f.yaml:2:1");
  assert.equal(locate(["b", 0]), "f.yaml:3:5");
  assert.equal(locate(["b", 1, "c"]), "f.yaml:4:7");
  assert.equal(locate(["b", 1, "missing", "deeper"]), "f.yaml:4:5");
  assert.equal(locate(["missing"]), "f.yaml");
  assert.deepEqual(keys(["b", 1]), ["c", "12", "3"]);
  assert.deepEqual(keys([]), ["a", "b"]);
  assert.deepEqual(keys(["a"]), []);
});

Deno.test("an empty file is an empty section; another top level, a repeated key and a tag that is unknown are errors", () => {
  assert.deepEqual(parseYaml("", "f.yaml").data, {});
  assert.deepEqual(parseYaml("# nothing\n", "f.yaml").data, {});
  const refuse = (text: string, message: RegExp) =>
    assert.throws(() => parseYaml(text, "f.yaml"), (error: Error) => {
      assert.match(error.message, message);
      return error instanceof ConfigError;
    });
  refuse("- 1", /^f\.yaml:1: expected a section/);
  refuse("a: 1\na: 2", /^f\.yaml:2:1: Map keys must be unique/);
  refuse("a: !secret 1", /^f\.yaml:1:4: Unresolved tag/);
});

Deno.test("a union says what is allowed in the schema's own words, or where the meant alternative is wrong", () => {
  const schema = z.strictObject({
    noise: z.union([z.number(), z.strictObject({ kind: z.enum(["a", "b"]) })], {
      error: "expected a number or {kind}",
    }),
  });
  const fault = (text: string) => {
    const { data, locate } = parseYaml(text, "f.yaml");
    try {
      validate(schema, data, locate);
    } catch (error) {
      return error instanceof Error ? error.message : "";
    }
    return "";
  };
  assert.equal(fault("noise: loud"), 'f.yaml:1:1: noise: expected a number or {kind}, got text "loud"');
  assert.equal(fault("noise: { kind: c }"), 'f.yaml:1:10: noise.kind: expected one of a, b, got text "c"');
  assert.equal(fault("nose: 1"), 'f.yaml:1:1: nose: unknown key; did you mean "noise"?');
  assert.match(fault("loudness: 1"), /^f\.yaml:1:1: loudness: unknown key; valid here: noise\nf\.yaml: noise: missing/);
});

Deno.test("the nearest word differs in at most half of its letters; without one, what is valid is listed", () => {
  assert.equal(nearest("Chain3", ["fork", "chain_3", "chain_5"]), "chain_3");
  assert.equal(nearest("zzz", ["fork", "chain_3"]), undefined);
  assert.equal(suggestion("frok", ["fork"]), '; did you mean "fork"?');
  assert.equal(suggestion("zzz", ["fork", "chain_3"]), "; valid here: fork, chain_3");
});
