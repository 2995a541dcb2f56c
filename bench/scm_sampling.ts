/**
 * Speed of random numbers, sampling and random SCMs on one core: `deno run -A bench/scm_sampling.ts`. Each number is the best
 * of many short repetitions, so that other work on the machine disturbs it little.
 */

import { printLine } from "../lib/cli/output.ts";
import { formatTable } from "../lib/report/mod.ts";
import { createStream } from "../lib/random/mod.ts";
import {
  compileSampler,
  LINEAR_DISTRIBUTION,
  parseScm,
  sampleProblem,
  type Scm,
  type ScmDistribution,
  TRAINING_ACCURACY,
} from "../lib/scm/mod.ts";

const stream = createStream(1);

/** Seconds that `work` takes at best within about a second of tries. */
function bestSeconds(work: () => void): number {
  const start = performance.now();
  let best = Infinity;
  for (let tries = 0; tries < 20 || performance.now() - start < 1000; tries++) {
    const before = performance.now();
    work();
    best = Math.min(best, performance.now() - before);
  }
  return best / 1000;
}

/** Million variable-samples a second, as rows and as columns. */
function samplingRow(name: string, scm: Scm): (string | number)[] {
  const n = scm.variables.length;
  const rows = Math.ceil(100_000 / n);
  const out = new Float64Array(rows * n);
  const sampler = compileSampler(scm);
  const byRows = rows * n / bestSeconds(() => sampler.rowsInto(out, rows, [], stream)) / 1e6;
  const byColumns = rows * n / bestSeconds(() => sampler.columnsInto(out, rows, [], stream)) / 1e6;
  const one = bestSeconds(() => {
    for (let r = 0; r < 1000; r++) sampler.rowInto(out, stream, -1, 0);
  });
  return [name, byRows, byColumns, one * 1e6];
}

function named(name: string): Scm {
  const url = new URL(`../configs/scms/${name}.yaml`, import.meta.url);
  return parseScm(Deno.readTextFileSync(url), name);
}

function random(variables: number, change: Partial<ScmDistribution> = {}): Scm {
  const sizes = { min: variables, max: variables };
  const families = { "erdos-renyi": 1 };
  const distribution = { ...LINEAR_DISTRIBUTION, families, sizes, ...change };
  return sampleProblem(distribution, stream.child(variables), TRAINING_ACCURACY).scm;
}

const numbers = new Float64Array(8192);
const randomRows = [
  ["normal, filled", bestSeconds(() => stream.fillNormalInto(numbers)) / 8192 * 1e9],
  ["uniform, filled", bestSeconds(() => stream.fillUniformInto(numbers)) / 8192 * 1e9],
  ["normal, one by one", bestSeconds(() => numbers.forEach((_, i) => numbers[i] = stream.normal())) / 8192 * 1e9],
  ["child(number)", bestSeconds(() => numbers.forEach((_, i) => stream.child(i))) / 8192 * 1e9],
];
printLine(formatTable([{ heading: "random numbers" }, { heading: "ns", digits: 1 }], randomRows));

const heading = [
  { heading: "million variable-samples a second" },
  { heading: "rows", digits: 1 },
  { heading: "columns", digits: 1 },
  { heading: "one row, ns", digits: 0 },
];
const nonlinear = { mechanisms: { polynomial: 1, tanh: 1, mlp: 1 } };
const samplingRows = [
  ...[3, 8, 10, 30, 100, 200].map((n) => samplingRow(`linear, ${n} variables`, random(n))),
  samplingRow("polynomial, tanh and MLP, 10 variables", random(10, nonlinear)),
  samplingRow("Laplace noise, linear, 10 variables", random(10, { noiseKinds: { laplace: 1 } })),
  samplingRow("formulas: toy_graph", named("toy_graph")),
  samplingRow("formulas: complete_graph", named("complete_graph")),
  samplingRow("formulas: healthcare_psa", named("healthcare_psa")),
];
printLine(`\n${formatTable(heading, samplingRows)}`);

let index = 0;
const eight: ScmDistribution = { ...LINEAR_DISTRIBUTION, sizes: { min: 8, max: 8 } };
const problemRows = [
  [
    "linear",
    bestSeconds(() => {
      for (let i = 0; i < 50; i++) sampleProblem(eight, stream.child("linear").child(index++));
    }) / 50 * 1e6,
  ],
  [
    "nonlinear, accuracy of training",
    bestSeconds(() => {
      for (let i = 0; i < 50; i++) {
        const distribution = { ...eight, mechanisms: { linear: 1, polynomial: 1, tanh: 1, mlp: 1 }, minimumGain: 0.1 };
        sampleProblem(distribution, stream.child("nonlinear").child(i), TRAINING_ACCURACY);
      }
    }) / 50 * 1e6,
  ],
];
printLine(
  `\n${
    formatTable([{ heading: "random SCM of 8 variables with its outcomes" }, { heading: "µs", digits: 1 }], problemRows)
  }`,
);
