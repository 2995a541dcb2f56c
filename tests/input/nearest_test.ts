import assert from "node:assert/strict";
import { configSchema } from "../../lib/config/mod.ts";
import { ConfigError, nearest, suggestion, validate } from "../../lib/input/mod.ts";

Deno.test("a hint is given for a slip: one letter, one in three, two in each other's place, a word not written to its end", () => {
  const words = ["form", "epochs", "learning_rate", "heat", "interventions", "X0"];
  const cases: readonly (readonly [string, string])[] = [
    ["epoch", "epochs"],
    ["learnig_rat", "learning_rate"],
    ["heta", "heat"],
    ["HEAT", "heat"],
    ["interv", "interventions"],
    ["XO", "X0"],
  ];
  for (const [word, meant] of cases) assert.equal(nearest(word, words), meant, word);
});

Deno.test("no hint is given where nothing is near", () => {
  assert.equal(nearest("foo", ["form", "for_all"]), undefined);
  assert.equal(nearest("Z", ["X", "Y"]), undefined);
  assert.equal(nearest("momentum", ["moments", "learning_rate"]), "moments");
  assert.equal(nearest("heat", ["feed", "pH"]), undefined);
  assert.equal(nearest("ab", ["abc"]), "abc");
  assert.equal(nearest("a", ["abc"]), undefined);
  assert.equal(suggestion("foo", ["form", "epochs"]), "; valid here: form, epochs");
  assert.match(suggestion("foo", Array.from({ length: 40 }, (_, k) => `X${k}`)), /X28, X29 and 10 more$/);
});

Deno.test("an unknown key far from every other names the keys of its section, not one of another", () => {
  const message = (data: unknown, origin: string) => {
    try {
      validate(configSchema, data, () => origin);
    } catch (error) {
      if (error instanceof ConfigError) return error.message;
    }
    throw new Error("nothing was wrong");
  };
  const unknown = message({ name: "x", grpo: { foo: 1 } }, "f.yaml:2:3");
  assert.match(unknown, /^f\.yaml:2:3: grpo\.foo: unknown key; valid here: group, /);
  assert.match(message({ name: 123 }, "f.yaml:1:7"), /name: expected text, got 123; as text it needs quotes: "123"$/m);
  assert.match(
    message({ name: true }, 'command line "name=true"'),
    /name: expected text, got true; as text it needs quotes that the shell leaves alone: 'name="true"'$/m,
  );
});
