import assert from "node:assert/strict";
import {
  configSchema,
  formatConfig,
  loadConfig,
  parseConfigText,
  parseOverrides,
  resolveConfig,
} from "../../lib/config/mod.ts";
import { listKeys, yamlNames } from "../../lib/input/mod.ts";
import { configOf, messageOf } from "../training/support.ts";

const read = (text: string, ...words: string[]) =>
  resolveConfig(parseConfigText(text, "f.yaml"), parseOverrides(words));
const fault = (text: string, ...words: string[]) => messageOf(() => read(text, ...words));

Deno.test("every config of a training in configs/ is valid", () => {
  const names = yamlNames("configs").filter((name) => !/^(theory|surrogate)/.test(name));
  assert.ok(names.includes("quick") && names.includes("full_scale") && names.includes("production"));
  for (const name of names) loadConfig(`configs/${name}.yaml`);
});

Deno.test("a resolved config printed as YAML reads back as the same config", () => {
  const config = loadConfig("configs/production.yaml", ["policy.value_head.kind=gaussian", "optimizer.epsilon=1e-10"]);
  assert.deepEqual(read(formatConfig(config)), config);
});

Deno.test("5e-4 is a number in a file and on the command line", () => {
  assert.equal(read("name: x\noptimizer: {learning_rate: 5e-4}").optimizer.learning_rate, 0.0005);
  assert.equal(configOf("optimizer.learning_rate=5e-4").optimizer.learning_rate, 0.0005);
});

Deno.test("a number read as text is named with its file, line and path, and with how to write it", () => {
  assert.equal(
    fault('name: x\noptimizer:\n  learning_rate: "5e-4"'),
    'f.yaml:3:3: optimizer.learning_rate: expected a number, got text "5e-4"; write the number without quotes or underscores: 0.0005',
  );
});

Deno.test("an unknown key names the nearest valid one, in the same section or in another", () => {
  assert.equal(fault("name: x\nsed: 1"), 'f.yaml:2:1: sed: unknown key; did you mean "seed"?');
  assert.match(fault("name: x\nlearning_rate: 1"), /did you mean "optimizer.learning_rate"\?/);
  assert.match(
    fault("name: x", "training.learning_rate=1"),
    /^command line "training.learning_rate=1": .* did you mean "optimizer.learning_rate"\?$/,
  );
});

Deno.test("a suggestion that helps nobody is not made", () => {
  assert.match(fault("name: x", "grpo.foo=1"), /grpo\.foo: unknown key; valid here: group, problems_per_update, /);
  assert.match(
    fault("name: 123"),
    /name: expected text, got 123; as text it needs quotes: "123"$/m,
  );
  assert.equal(read("name: x", 'name="123"').name, "123");
  assert.match(fault("name: x", "grpo.updats=3"), /did you mean "grpo\.updates"\?$/);
  assert.match(fault("name: x\ngrpo: {updats: 3}"), /did you mean "updates"\?$/);
});

Deno.test("a key of another kind is named with the keys of this kind", () => {
  assert.match(
    fault("name: x\npolicy: {value_head: {kind: gaussian, levels: 3}}"),
    /value_head.levels: unknown key of this kind; valid here: kind, std/,
  );
});

Deno.test("values out of range, of the wrong type, or not among the choices say what is valid", () => {
  assert.match(fault("name: x\ngrpo: {group_size: 1}"), /f.yaml:2:8: grpo.group_size: expected a value >= 2, got 1/);
  assert.match(fault("name: x\ngrpo: {epochs: 1.5}"), /expected a whole number, got 1.5/);
  assert.match(fault("name: x\ngrpo: {leave_one_out: yes}"), /expected true or false, got text "yes"; write true/);
  assert.match(
    fault("name: x\ngrpo: {group: trajectry}"),
    /one of step, trajectory, got text "trajectry"; did you mean "traj/,
  );
  assert.match(fault("name: x\nruntime: {workers: .inf}"), /runtime.workers: expected/);
  assert.match(fault("name: ../up"), /it names a folder/);
  assert.match(fault("name: x\ntrack: {base: linear, sizes: {min: 5, max: 4}}"), /the minimum is above the maximum/);
});

Deno.test("a syntax error and a repeated key are named with their line", () => {
  assert.match(fault("name: [a"), /^f.yaml:1:9: /);
  assert.match(fault("name: x\nname: y"), /^f.yaml:2:1: Map keys must be unique/);
  assert.match(messageOf(() => loadConfig("configs/none.yaml")), /^configs\/none.yaml: no such file$/);
});

Deno.test("every problem of a file is reported, one a line", () => {
  assert.equal(fault("sed: 1\ngrpo: {epochs: 0}").split("\n").length, 3);
});

Deno.test("a choice of kind takes the defaults of that kind", () => {
  assert.deepEqual(configOf("policy.value_head.kind=gaussian").policy.value_head, {
    kind: "gaussian",
    std: { kind: "fixed", value: 0.5 },
  });
});

Deno.test("an interpolation takes the type of what it names, text around it takes its text", () => {
  assert.equal(configOf("grpo.epochs=${grpo.minibatches}", "grpo.minibatches=3").grpo.epochs, 3);
  assert.equal(configOf("name=run-${seed}", "seed=4").name, "run-4");
  assert.match(fault("name: x", "seed=${sed}"), /no such key; did you mean "seed"/);
  assert.match(fault("name: x", "seed=${grpo.epochs}", "grpo.epochs=${seed}"), /stands for itself/);
});

Deno.test("every key of the schema has a description, or is part of a described range", () => {
  const keys = listKeys(configSchema);
  assert.ok(keys.length > 60);
  const silent = keys.filter((key) => key.description === "" && !/\.(min|max|kind)$/.test(key.path));
  assert.deepEqual(silent.map((key) => key.path), []);
});
