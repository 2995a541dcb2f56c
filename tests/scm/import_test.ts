import assert from "node:assert/strict";
import {
  formatScm,
  importNotes,
  type ImportOptions,
  type Network,
  networkScm,
  outcomeModel,
  parseScm,
  readNetwork,
  type Scm,
  ScmError,
} from "../../lib/scm/mod.ts";

const options: ImportOptions = {
  name: "imported",
  objective: "minimize",
  reach: 2,
  weights: "file",
  range: { min: 0.5, max: 2 },
  seed: 0,
};

/** `a → b` for every edge, with its weight where there is one. */
function arrows({ edges }: Network): string[] {
  return edges.map(({ from, to, weight }) => `${from} → ${to}${weight === undefined ? "" : ` ${weight}`}`);
}

function edgesOf(scm: Scm): string[] {
  return scm.variables.flatMap(({ name, parents, mechanism }) =>
    parents.map((p, i) => {
      assert.ok(mechanism.kind === "linear");
      return `${scm.variables[p].name} → ${name} ${mechanism.weights[i]}`;
    })
  );
}

async function refuse(text: string, file: string, message: RegExp): Promise<void> {
  await assert.rejects(() => readNetwork(text, file), (error: Error) => {
    assert.ok(error instanceof ScmError, String(error));
    assert.match(error.message, message);
    return error.message.startsWith(file) && !error.message.includes("\n");
  });
}

Deno.test("DOT: chains, groups, subgraphs, quoted names, comments, directions and hidden nodes", async () => {
  const network = await readNetwork(
    `strict digraph "my graph" { // a -- b
  rankdir=LR; node [shape=box];
  "T cell-4" [label="--"]; U [latent=true]; V [observed=no]
  { a b } -> c -> d [w=0.5, weight=9]; subgraph cluster { x -> y:p:n } -> z
  d -> a0 [dir=back, w=-2]; U -> "T cell-4"; p -> q [dir=both] }`,
    "g.dot",
    { weightAttribute: "w" },
  );
  assert.equal(network.name, "my graph");
  assert.deepEqual(arrows(network), [
    "a → c 0.5",
    "b → c 0.5",
    "c → d 0.5",
    "x → y",
    "x → z",
    "y → z",
    "a0 → d -2",
    "U → T cell-4",
  ]);
  assert.deepEqual(network.confounded, [["p", "q"]]);
  assert.deepEqual(network.nodes.filter(({ observed }) => !observed).map(({ name }) => name), ["U", "V"]);
  const unweighted = await readNetwork("digraph { a -> b [weight=3] }", "g.gv");
  assert.deepEqual(arrows(unweighted), ["a → b"], "DOT's own weight is about the layout");
  await refuse("digraph { a -> }", "g.dot", /^g\.dot:1:16: Expected/);
  await refuse("digraph {\n a -> b\n b -- c }", "g.dot", /^g\.dot:3:4: an edge without direction/);
  await refuse("graph { a -- b }", "g.dot", /an edge without direction/);
  await refuse("digraph { a -> b [dir=none] }", "g.dot", /edge a → b: dir=none has no direction/);
  await refuse("digraph { }", "g.dot", /there is no variable in it/);
});

Deno.test("GML: labels or ids, weights by a named attribute, and undirected graphs are refused", async () => {
  const gml = (head: string, rest = "") =>
    `Creator "x"\ngraph [\n  ${head}\n  label "net"\n  node [ id 0 label "A b" ]\n  node [ id 1 ]\n` +
    `  node [ id 7 label "U" observed 0 graphics [ x 1.5 ] ]\n  edge [ source 0 target 1 effect -1.5e-1 ]\n` +
    `  edge [ source 7 target 0 effect 2 ] ${rest}\n]`;
  const network = await readNetwork(gml("directed 1"), "g.gml", { weightAttribute: "effect" });
  assert.deepEqual(arrows(network), ["A b → 1 -0.15", "U → A b 2"]);
  assert.deepEqual(network.nodes.map(({ name, observed }) => [name, observed]), [["A b", true], ["1", true], [
    "U",
    false,
  ]]);
  assert.equal(network.name, "net");
  await refuse(gml("directed 0"), "g.gml", /the graph is not directed/);
  await refuse(gml("directed 1", "edge [ source 0 target 9 ]"), "g.gml", /edge 0 → 9: its ends are not the ids/);
  await refuse("graph [\n directed 1\n node [ id ]\n]", "g.gml", /^g\.gml:3:12: expected a value of id, got "]"/);
  await refuse("graph [ directed 1 node [ id 1", "g.gml", /expected a key or "]", got the end of the file/);
  await refuse('graph [ directed 1 node [ label "x', "g.gml", /^g\.gml:1:33: a text in quotes is not closed/);
  await refuse("graph [ directed 1 node [ id 0 label A ] node [ id 1 label A ] ]", "g.gml", /two nodes are named "A"/);
});

Deno.test("dagitty: roles, groups, chains, coefficients and hidden common causes", async () => {
  const network = await readNetwork(
    `dag {
  bb="0,0,1,1"
  X [exposure,pos="0.1,0.2"]; Y [outcome,pos="-0.3,0"]
  "U 1" [latent]
  "U 1" -> {X Y}
  X -> M -> Y [beta=-0.5]
  Z <- X
  A <-> Y
}`,
    "model.txt",
  );
  assert.deepEqual(arrows(network), ["U 1 → X", "U 1 → Y", "X → M -0.5", "M → Y -0.5", "X → Z"]);
  assert.deepEqual(network.confounded, [["A", "Y"]]);
  assert.deepEqual([network.outcomes, network.exposures], [["Y"], ["X"]]);
  const scm = networkScm(network, { ...options, weights: "random" });
  assert.equal(scm.variables[scm.target].name, "Y");
  assert.deepEqual(scm.variables.filter(({ domain }) => domain !== null).map(({ name }) => name), ["X"]);
  assert.deepEqual(scm.variables.filter(({ observed }) => !observed).map(({ name }) => name), ["U 1", "U A Y"]);
  assert.deepEqual(edgesOf(scm).filter((edge) => edge.startsWith("U A Y")).length, 2);
  await refuse("dag { X -- Y }", "m.dagitty", /^m\.dagitty:1:9: "--" has no direction/);
  await refuse("pdag { X -> Y }", "m.dagitty", /^m\.dagitty:1:1: expected "dag", got "pdag"/);
  await refuse("dag { X -> }", "m.dagitty", /^m\.dagitty:1:12: expected a variable, got "}"/);
  await refuse("dag { X -> Y", "m.dagitty", /expected a variable, got the end of the file/);
  await refuse("dag { X -> Y [beta=strong] }", "m.dagitty", /edge X -> Y: beta="strong" is no number/);
});

const BIF = `network asia { }
variable smoke { type discrete [ 2 ] { yes, no }; }
variable lung { type discrete [ 2 ] { yes, no }; }
variable "x-ray" { type discrete [ 2 ] { yes, no }; }
probability ( smoke ) { table 0.5, 0.5; }
probability ( lung | smoke ) { (yes) 0.1, 0.9; (no) 0.01, 0.99; }
probability ( "x-ray" | lung, smoke ) { (yes, yes) 0.98, 0.02; }`;

Deno.test("BIF: discrete tables are refused with a sentence, their arrows can be taken alone", async () => {
  const network = await readNetwork(BIF, "asia.bif");
  assert.deepEqual(arrows(network), ["smoke → lung", "lung → x-ray", "smoke → x-ray"]);
  assert.throws(
    () => networkScm(network, { ...options, target: "x-ray" }),
    /its variables are discrete \(smoke, lung, x-ray\), and their tables .* --weights random or template takes its arrows alone/,
  );
  const scm = networkScm(network, { ...options, target: "x-ray", weights: "template" });
  assert.deepEqual(edgesOf(scm), ["smoke → lung 1", "lung → x-ray 1", "smoke → x-ray 1"]);
  await refuse("network x { } variable a { type", "a.bif", /expected "}", got the end of the file/);
  await refuse("network x { } wrong", "a.bif", /^a\.bif:1:15: expected network, variable or probability, got "wrong"/);
});

/** The crop network of Scutari & Denis 2014, section 2.3, in three forms of JSON. */
const CROP = {
  E: { parents: [], coefficients: { "(Intercept)": 50 }, sd: 10 },
  G: { parents: [], coefficients: { "(Intercept)": 50 }, sd: 10 },
  V: { parents: ["E", "G"], coefficients: { "(Intercept)": -10.35534, E: 0.70711, G: 0.5 }, sd: 5 },
  N: { parents: "V", coefficients: { "(Intercept)": 45, V: 0.1 }, sd: 9.949874 },
  W: { parents: ["V"], coefficients: { "(Intercept)": 15, V: 0.7 }, sd: 7.141428 },
  C: { parents: ["N", "W"], coefficients: { "(Intercept)": 0, N: 0.3, W: 0.7 }, sd: 6.25 },
};

Deno.test("JSON of a linear Gaussian network is the crop SCM that ships, in every form, number by number", async () => {
  const shipped = parseScm(
    Deno.readTextFileSync(new URL("../../configs/experiments/crop_scm.yaml", import.meta.url)),
    "crop_scm.yaml",
  );
  const wrapped = Object.fromEntries(
    Object.entries(CROP).map(([name, { parents, coefficients, sd }]) => [name, {
      parents: [parents].flat(),
      coefficients: Object.fromEntries(Object.entries(coefficients).map(([key, x]) => [key, [x]])),
      variance: [sd ** 2],
    }]),
  );
  const forms = [
    CROP,
    { nodes: Object.entries(CROP).map(([name, entry]) => ({ name, ...entry })) },
    {
      nodes: Object.keys(CROP),
      arcs: [["E", "V"], ["G", "V"], ["V", "N"], ["V", "W"], ["N", "C"], ["W", "C"]],
      cpds: wrapped,
    },
  ];
  for (const form of forms) {
    const network = await readNetwork(JSON.stringify(form), "crop.json");
    const scm = networkScm(network, { ...options, name: "crop", target: "C", objective: "maximize" });
    assert.deepEqual(edgesOf(scm), edgesOf(shipped));
    scm.variables.forEach((variable, v) => {
      assert.ok(Math.abs(variable.noise.scale - shipped.variables[v].noise.scale) < 1e-12);
      assert.ok(variable.mechanism.kind === "linear" && shipped.variables[v].mechanism.kind === "linear");
      assert.equal(variable.mechanism.intercept, shipped.variables[v].mechanism.intercept);
    });
    // E has mean 50 and deviation 10; V −10.35534 + 0.70711·50 + 0.5·50 = 50.00016 and √(50.0005 + 25 + 25) = 10.
    assert.deepEqual(scm.variables[0].domain, { kind: "interval", low: 30, high: 70 });
    assert.deepEqual(scm.variables[2].domain, { kind: "interval", low: 30, high: 70 });
    assert.ok(Math.abs(outcomeModel(scm).best.outcome - 64) < 0.01);
    assert.deepEqual(parseScm(formatScm(scm), "x.yaml"), scm);
  }
});

Deno.test("JSON that is wrong is refused with what is wrong", async () => {
  const wrong = (change: object, message: RegExp) => refuse(JSON.stringify({ ...CROP, ...change }), "c.json", message);
  await refuse("{ nodes: ", "c.json", /^c\.json: it is no JSON: /);
  await refuse("[1, 2]", "c.json", /expected an object with the nodes of a network/);
  await wrong(
    { C: { parents: ["N", "W"], coefficients: { N: 1 }, sd: 1 } },
    /C: coefficients and parents do not agree on "W"/,
  );
  await wrong({ C: { coefficients: { Q: 1 }, sd: 1 } }, /"Q" is a parent but has no entry of its own/);
  await wrong({ C: { coefficients: { N: 1 } } }, /C: sd, std or variance is missing/);
  await wrong({ C: { coefficients: { N: 1 }, variance: -1 } }, /C: its variance or deviation is negative/);
  await wrong({ C: { coefficients: { N: "x" }, sd: 1 } }, /C\.coefficients\.N: expected a number/);
});

Deno.test("structure alone needs weights: none are made up without being asked for, and random ones are named", async () => {
  const network = await readNetwork("digraph { A -> B -> Y; A -> Y }", "g.dot");
  const target = { ...options, target: "Y" };
  assert.throws(
    () => networkScm(network, target),
    /the arrow A → B has no number in this DOT: --weights random \(with --seed\) draws numbers, --weights template/,
  );
  const random = networkScm(network, { ...target, weights: "random", seed: 3, range: { min: 1, max: 1.5 } });
  const weights = edgesOf(random).map((edge) => Math.abs(Number(edge.split(" ").at(-1))));
  assert.ok(weights.every((w) => w >= 1 && w <= 1.5) && new Set(weights).size === 3);
  assert.deepEqual(networkScm(network, { ...target, weights: "random", seed: 3, range: { min: 1, max: 1.5 } }), random);
  assert.notDeepEqual(
    networkScm(network, { ...target, weights: "random", seed: 4, range: { min: 1, max: 1.5 } }),
    random,
  );
  assert.match(
    importNotes(network, { ...target, weights: "random", seed: 3 }).join(" "),
    /not the file's: drawn .* seed 3/,
  );
  assert.match(
    importNotes(network, { ...target, weights: "template" }).join(" "),
    /Every weight is 1 until it is edited/,
  );
  // B = A + ε has deviation √2: two of them are 2.828.
  const template = networkScm(network, { ...target, weights: "template" });
  assert.deepEqual(template.variables[1].domain, { kind: "interval", low: -2.828, high: 2.828 });
});

Deno.test("target and settable variables are checked against the file, and cycles are named", async () => {
  const network = await readNetwork("digraph { A -> B -> Yield }", "g.dot");
  const template = { ...options, weights: "template" as const };
  assert.throws(
    () => networkScm(network, template),
    /the file names no outcome: say with --target which .* of A, B, Yield/,
  );
  assert.throws(
    () => networkScm(network, { ...template, target: "yeild" }),
    /no variable is named "yeild"; did you mean "Yield"/,
  );
  assert.throws(
    () => networkScm(network, { ...template, target: "Yield", settable: ["Yield"] }),
    /--settable: "Yield" is no observed variable beside the target/,
  );
  const settable = networkScm(network, { ...template, target: "Yield", settable: ["B"] });
  assert.deepEqual(settable.variables.map(({ domain }) => domain !== null), [false, true, false]);
  const cyclic = await readNetwork("digraph { A -> B -> A; B -> Y }", "g.dot");
  assert.throws(() => networkScm(cyclic, { ...template, target: "Y" }), /has a cycle: A → B → A/);
});

Deno.test("a format is known by its ending or its first word, and named where it is not", async () => {
  assert.equal((await readNetwork(BIF, "asia")).format, "BIF");
  assert.equal((await readNetwork("strict digraph { a -> b }", "x.txt")).format, "DOT");
  assert.equal((await readNetwork('graph [ directed 1 node [ id 1 label "a" ] ]', "x.txt")).format, "GML");
  assert.equal((await readNetwork("digraph { a -> b }", "x.json", { format: "dot" })).format, "DOT");
  await refuse("<xml/>", "x.xml", /its format is not known; dot, gml, dagitty, bif, json can be imported/);
});
