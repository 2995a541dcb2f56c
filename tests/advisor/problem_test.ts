import assert from "node:assert/strict";
import { parseProblem } from "../../lib/advisor/mod.ts";
import { publicProblem } from "../../lib/advisor/problem.ts";
import { changed, problem } from "./support.ts";

const refuses = (message: RegExp, ...changes: readonly (readonly [string, string])[]) =>
  assert.throws(() => parseProblem(changed(...changes), "p.yaml"), message);

Deno.test("a problem is read into what a policy may see", () => {
  const open = publicProblem(problem());
  assert.deepEqual([...open.settable], [1, 1, 0, 0]);
  assert.deepEqual([...open.low], [20, 6, 0, 0]);
  assert.deepEqual([...open.high], [40, 8, 0, 0]);
  assert.deepEqual([...open.targets], [3]);
  assert.deepEqual([...open.signs], [1]);
});

Deno.test("an unknown key is refused with its line and the nearest key, at the top and inside a variable", () => {
  refuses(/p\.yaml:4:\d+: intervention: unknown key; did you mean "interventions"\?/, [
    "interventions:",
    "intervention:",
  ]);
  refuses(/p\.yaml:7:\d+: variables\.heat\.domian: unknown key; did you mean "domain"\?/, ["domain", "domian"]);
});

Deno.test("what cannot be worked on is refused with the place", () => {
  refuses(/p\.yaml:3:\d+: target: no variable is named "yeild"; did you mean "yield"\?/, [
    "target: yield",
    "target: yeild",
  ]);
  refuses(/variables\.yield\.domain: the target cannot be set/, ['yield: { unit: "%" }', "yield: { domain: [0, 1] }"]);
  refuses(/variables\.heat\.domain: expected at least two values, lowest first, got 40 to 20/, [
    "[20, 40]",
    "[40, 20]",
  ]);
  refuses(/no variable can be set: give at least one a domain/, [", domain: [20, 40]", ""], [
    "domain: { values: [6, 7, 8] }",
    "",
  ]);
  refuses(/setting: column "pH" is a variable/, ["setting: set", "setting: pH"]);
  refuses(/objective: expected one of minimize, maximize, got text "max"/, ["maximize", "max"]);
  refuses(/interventions: expected a value >= 1, got 0/, ["12", "0"]);
});
