/** CausaLab's systems: linear, without noise, changed by shifting one variable's base at a time. */

import { estimateMean } from "../evaluation/mod.ts";
import { createStream, type Stream } from "../random/mod.ts";
import type { EvidenceRow, Protocol } from "./types.ts";

/** `value = base + Σ coefficient · parent`, in an order in which parents come first; the last variable is the frequency. */
export interface LinearSystem {
  readonly bases: readonly number[];
  /** `[child][parent]`, 0 where there is no edge. */
  readonly coefficients: readonly (readonly number[])[];
}

const [SMALLEST_BASE, GREATEST_BASE] = [15, 45];
const GREATEST_COEFFICIENT = 3;
/** The share of the possible edges that are there: the publication's own is not known. */
const DENSITY = 0.5;
/** What an intervention adds to a base. */
const SHIFT = 10;
/** A prediction within this of the frequency counts. */
const TOLERANCE = 5;
/** Interventions that are allowed at 3 … 7 variables. */
const BUDGETS: Readonly<Record<number, number>> = { 3: 8, 4: 12, 5: 16, 6: 20, 7: 24 };
/** The best published F1, of GPT-5.2-high at 6 variables with observations and interventions (arXiv:2605.26029). */
const PUBLISHED_F1: Readonly<Record<number, number>> = { 6: 0.8 };

/** A system whose variables stand in a random causal order, the frequency last. */
export function drawSystem(size: number, stream: Stream): LinearSystem {
  const order = [...stream.permutation(size - 1), size - 1];
  const coefficients = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  order.forEach((child, at) => {
    for (const parent of order.slice(0, at)) {
      if (stream.uniform() < DENSITY) coefficients[child][parent] = 1 + stream.integer(GREATEST_COEFFICIENT);
    }
  });
  return { bases: order.map(() => stream.uniformIn(SMALLEST_BASE, GREATEST_BASE)), coefficients };
}

/** What is read off a system under bases: values rounded to two digits. */
export function readSystem({ coefficients }: LinearSystem, bases: readonly number[]): readonly number[] {
  const values = new Array<number>(bases.length).fill(NaN);
  const valueOf = (child: number): number => {
    if (Number.isNaN(values[child])) {
      values[child] = coefficients[child].reduce(
        (sum, coefficient, parent) => coefficient === 0 ? sum : sum + coefficient * valueOf(parent),
        bases[child],
      );
    }
    return values[child];
  };
  return bases.map((_, variable) => Math.round(100 * valueOf(variable)) / 100);
}

/**
 * The system that shifts of single bases reveal: the change of j under a shift of i is the total effect of i on j, and direct
 * effects follow by taking away, from the nearest ancestor to the farthest, what passes through nearer ones. A variable that was
 * never shifted is taken to cause nothing.
 * @param read what is read off under bases; called once for the bases as they are and once for each of `shifted`
 */
export function solveSystem(
  bases: readonly number[],
  read: (bases: readonly number[]) => readonly number[],
  shifted: readonly number[],
): LinearSystem {
  const size = bases.length;
  const before = read(bases);
  const total = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (const cause of new Set(shifted)) {
    const after = read(bases.map((base, variable) => variable === cause ? base + SHIFT : base));
    after.forEach((value, j) => {
      if (j !== cause) total[j][cause] = Math.round((value - before[j]) / SHIFT);
    });
  }
  const reached = (cause: number) => total.filter((row) => row[cause] !== 0).length;
  // Descendants of a variable reach fewer variables than it does.
  const nearestFirst = bases.map((_, variable) => variable).sort((a, b) => reached(a) - reached(b));
  const coefficients = total.map((row) => {
    const direct = new Array<number>(size).fill(0);
    for (const cause of nearestFirst) {
      if (row[cause] === 0) continue;
      direct[cause] = row[cause] -
        nearestFirst.reduce((sum, nearer) => sum + (nearer === cause ? 0 : direct[nearer] * total[nearer][cause]), 0);
    }
    return direct;
  });
  const own = before.map((value, child) =>
    coefficients[child].reduce((sum, coefficient, parent) => sum - coefficient * before[parent], value)
  );
  return { bases: own, coefficients };
}

/** F1 of the directed edges; 1 if there are none in either. */
export function edgeF1(truth: LinearSystem, found: LinearSystem): number {
  let [both, either] = [0, 0];
  truth.coefficients.forEach((row, child) =>
    row.forEach((coefficient, parent) => {
      const claimed = found.coefficients[child][parent] !== 0;
      if (coefficient !== 0 && claimed) both++;
      either += Number(coefficient !== 0) + Number(claimed);
    })
  );
  return either === 0 ? 1 : 2 * both / either;
}

/** F1 of the edges, and whether the frequency under new bases is foretold. */
function score(truth: LinearSystem, found: LinearSystem, stream: Stream): readonly [number, number] {
  const bases = truth.bases.map(() => stream.uniformIn(SMALLEST_BASE, GREATEST_BASE));
  const frequency = (system: LinearSystem) => readSystem(system, bases)[bases.length - 1];
  return [edgeF1(truth, found), Math.abs(frequency(truth) - frequency(found)) <= TOLERANCE ? 1 : 0];
}

const METHODS: Readonly<Record<string, (size: number, stream: Stream) => readonly number[]>> = {
  "each in turn": (size) => Array.from({ length: size - 1 }, (_, variable) => variable),
  "at random": (size, stream) => Array.from({ length: BUDGETS[size] }, () => stream.integer(size - 1)),
};

/** Language-model agents find out how systems work; what a method that knows their kind finds. */
export const causalab: Protocol = {
  name: "causalab",
  title: "CausaLab's systems: edges and frequency from interventions",
  source: "CausaLab, arXiv:2605.26029",
  notes: [
    "Systems of 3 to 7 variables, `value = base + Σ coefficient · parent` with coefficients 1, 2, 3 and bases U(15, 45), rounded to two " +
    "digits, without noise; an intervention shifts one base; the last variable, a frequency, cannot be shifted. Scored are F1 of all " +
    "directed edges and the share of frequencies foretold within 5 Hz under new bases.",
    "The method is a closed form that knows the systems to be linear and without noise: total effects are read off and direct ones " +
    "follow. *Each in turn* shifts every variable once, n − 1 interventions; *at random* spends the whole budget (8, 12, 16, 20, 24) on " +
    "variables drawn at random.",
    "What differs: the share of edges is ours (half of the possible ones), since the publication's is not known to us; language models " +
    "are not told that there is no noise. No trained policy of this project plays: their posterior is about the target's parents, and the " +
    "score is about all edges.",
  ],
  run({ seed, small, progress }) {
    const systems = small ? 10 : 250;
    const root = createStream(seed).child("causalab");
    const sizes = Object.keys(BUDGETS).map(Number);
    const f1: EvidenceRow[] = [];
    const foretold: EvidenceRow[] = [];
    for (const [at, size] of sizes.entries()) {
      for (const [name, shiftsOf] of Object.entries(METHODS)) {
        const scores = Array.from({ length: systems }, (_, s) => {
          const stream = root.child(size).child(s);
          const truth = drawSystem(size, stream.child("system"));
          const shifted = shiftsOf(size, stream.child("shifts"));
          const found = solveSystem(truth.bases, (bases) => readSystem(truth, bases), shifted);
          return score(truth, found, stream.child("prediction"));
        });
        const share = (part: 0 | 1) =>
          estimateMean([Float64Array.from(scores, (each) => each[part])], { bounds: { low: 0, high: 1 } });
        const what = `${size} variables, ${name}`;
        const published = PUBLISHED_F1[size];
        const ours = (part: 0 | 1) => (({ value, low, high }) => ({ value, low, high }))(share(part));
        f1.push({
          what,
          published: published === undefined ? null : { value: published, of: "GPT-5.2-high" },
          ours: ours(0),
        });
        foretold.push({ what, published: null, ours: ours(1) });
      }
      progress(at + 1, sizes.length, `${size} variables`);
    }
    const note = `${systems} systems of each size; intervals are 95 %.`;
    return Promise.resolve([
      { heading: "F1 of all edges", note, about: "systems and shifts", digits: 3, rows: f1 },
      { heading: "Frequencies foretold within 5 Hz", note, about: "systems and shifts", digits: 3, rows: foretold },
    ]);
  },
};
