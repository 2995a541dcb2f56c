/** Functions stay short enough to be read at once: a bound on their lines and parameters for all of lib/. */

import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const LIB = fileURLToPath(new URL("../lib/", import.meta.url));

const MOST_LINES = 80;
const MOST_PARAMETERS = 5;

/** Functions beyond the bounds, each as `file name`. The list may only shrink: what is within the bounds is taken from it. */
const BEYOND: readonly string[] = [
  "policy/baselines/sets/policies.ts processPolicy",
  "report/session/simulation_report.ts simulationReport",
  "surrogate/amortised/views.ts episodeInto",
  "surrogate/amortised/views.ts variableInto",
  "tensor/adam.ts adamStepInto",
  "tensor/distributions.ts jointGaussian",
  "tensor/planned/entry_steps.ts multiplied",
  "tensor/planned/machine.ts createMachine",
  "tensor/planned/machine.ts multiply",
  "tensor/simd/categorical.ts jointLogSoftmaxInto",
  "tensor/simd/dense.ts backward",
  "tensor/simd/dense.ts transposedProduct",
  "tensor/simd/elementwise.ts combineInto",
  "tensor/simd/gaussian.ts logSoftmaxInto",
  "tensor/simd/gaussian.ts simdJointGaussian",
  "tensor/simd/matmul.ts multiplyInto",
  "tensor/simd/reductions.ts reduceInto",
  "tensor/simd/slicing.ts copyBox",
];

type FunctionNode =
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression
  | Deno.lint.ArrowFunctionExpression;

/** Comments are no part of the tree. */
type TreeNode = Exclude<Deno.lint.Node, Deno.lint.LineComment | Deno.lint.BlockComment>;

/** One function as the bounds see it. */
interface Measured {
  readonly name: string;
  readonly lines: number;
  readonly parameters: number;
}

/** The name that a function is known by: its own, that of what it is assigned to, or that of the function around it. */
function nameOf(node: TreeNode): string {
  if (node.type === "FunctionDeclaration" && node.id !== null) return node.id.name;
  if (node.type === "VariableDeclarator" && node.id.type === "Identifier") return node.id.name;
  if ((node.type === "MethodDefinition" || node.type === "Property") && "name" in node.key) {
    return String(node.key.name);
  }
  return node.type === "Program" ? "the file" : nameOf(node.parent as TreeNode);
}

/** Every function of a source file. */
function functionsOf(file: string, source: string): readonly Measured[] {
  const found: Measured[] = [];
  const visit = (node: FunctionNode): void => {
    const [from, to] = node.range;
    const lines = source.slice(from, to).split("\n").length;
    found.push({ name: nameOf(node), lines, parameters: node.params.length });
  };
  const create = (): Deno.lint.LintVisitor => ({
    FunctionDeclaration: visit,
    FunctionExpression: visit,
    ArrowFunctionExpression: visit,
  });
  Deno.lint.runPlugin({ name: "house", rules: { bounds: { create } } }, file, source);
  return found;
}

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) yield* sources(path);
    else if (entry.name.endsWith(".ts")) yield path;
  }
}

Deno.test("functions are measured by their lines and parameters, under the name that a reader knows them by", () => {
  const source = `export function outer(a: number, { b, c }: { b: number; c: number }): number {
  const inner = (x: number) =>
    x + a;
  return [b, c].map((y) => inner(y)).length;
}
class Box {
  fill(x = 1): void {
  }
}`;
  assert.deepEqual(functionsOf("a.ts", source), [
    { name: "outer", lines: 5, parameters: 2 },
    { name: "inner", lines: 2, parameters: 1 },
    { name: "outer", lines: 1, parameters: 1 },
    { name: "fill", lines: 2, parameters: 1 },
  ]);
});

Deno.test(`no function of lib/ has more than ${MOST_LINES} lines or ${MOST_PARAMETERS} parameters`, async () => {
  const beyond = new Map<string, string>();
  for await (const path of sources(LIB)) {
    const file = relative(LIB, path);
    for (const { name, lines, parameters } of functionsOf(path, await Deno.readTextFile(path))) {
      if (lines <= MOST_LINES && parameters <= MOST_PARAMETERS) continue;
      beyond.set(`${file} ${name}`, `${lines} lines, ${parameters} parameters`);
    }
  }
  const added = [...beyond].filter(([name]) => !BEYOND.includes(name)).map(([name, size]) => `${name}: ${size}`);
  assert.deepEqual(added, [], "Split it, or give it its parameters as an object");
  assert.deepEqual(BEYOND.filter((name) => !beyond.has(name)), [], "Within the bounds now: take it from the list");
});
