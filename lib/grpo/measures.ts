/**
 * What is logged, kept as sufficient statistics until all parts of a batch have been put together: the metrics of a batch
 * do not depend on how it was split, however unequal its parts are.
 */

/** Mean and sum of squared deviations of numbers; added to others by Chan, Golub & LeVeque 1983, equation 2.1. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  /** Σ (x − mean)² */
  readonly squares: number;
}

/** One quantity of a part of a batch. */
export type Measure =
  /** Σ x / Σ w */
  | { readonly kind: "mean"; readonly sum: number; readonly weight: number }
  /** A part's share of a number, such as of a loss whose normaliser counts the whole batch: shares add up. */
  | { readonly kind: "share"; readonly value: number }
  | { readonly kind: "least"; readonly value: number }
  | { readonly kind: "most"; readonly value: number }
  /** The sample standard deviation (n − 1). */
  | { readonly kind: "deviation"; readonly of: Spread }
  /** Pearson's r of x and y, 0 where either does not vary. `products` is Σ (x − mean x)(y − mean y). */
  | { readonly kind: "correlation"; readonly x: Spread; readonly y: Spread; readonly products: number }
  /** 1 − Var(error) / Var(target), 0 where the target does not vary. */
  | { readonly kind: "explained"; readonly error: Spread; readonly target: Spread }
  /** How often each of some names occurred: the share of the most frequent one, or the number of names per occurrence. */
  | { readonly kind: "largest share" | "distinct share"; readonly counts: ReadonlyMap<string | number, number> };

/** Quantities by the names that they are logged under. */
export type Measures = Readonly<Record<string, Measure>>;

/** Σ x over equally weighted numbers, as a mean. */
export function meanMeasure(values: ArrayLike<number>): Measure {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return { kind: "mean", sum, weight: values.length };
}

/** Count, mean and squared deviations of values, to be merged with those of other shards. */
export function spreadOf(values: ArrayLike<number>): Spread {
  let mean = 0;
  for (let i = 0; i < values.length; i++) mean += values[i] / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) ** 2;
  return { count: values.length, mean, squares };
}

/**
 * The sums from which the correlation of two columns is read after merging.
 * @param y as many numbers as x
 */
export function correlationOf(x: ArrayLike<number>, y: ArrayLike<number>): Measure {
  const [xSpread, ySpread] = [spreadOf(x), spreadOf(y)];
  let products = 0;
  for (let i = 0; i < x.length; i++) products += (x[i] - xSpread.mean) * (y[i] - ySpread.mean);
  return { kind: "correlation", x: xSpread, y: ySpread, products };
}

/** How often each name occurs. */
export function countsOf<Name extends string | number>(names: Iterable<Name>): ReadonlyMap<Name, number> {
  const counts = new Map<Name, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The number that a measure stands for; 0 for a mean of nothing. */
export function readMeasure(measure: Measure): number {
  switch (measure.kind) {
    case "mean":
      return measure.weight > 0 ? measure.sum / measure.weight : 0;
    case "share":
    case "least":
    case "most":
      return measure.value;
    case "deviation":
      return Math.sqrt(measure.of.squares / Math.max(1, measure.of.count - 1));
    case "correlation": {
      const scale = Math.sqrt(measure.x.squares) * Math.sqrt(measure.y.squares);
      return scale > 0 ? measure.products / scale : 0;
    }
    case "explained":
      return measure.target.squares > 0 ? 1 - measure.error.squares / measure.target.squares : 0;
    case "largest share":
    case "distinct share": {
      const counts = [...measure.counts.values()];
      const total = counts.reduce((sum, count) => sum + count, 0);
      if (total === 0) return 0;
      return (measure.kind === "distinct share" ? counts.length : Math.max(...counts)) / total;
    }
  }
}

/**
 * The measures of several parts together. A part without a measure adds nothing to it.
 * @throws TypeError if parts give one name to different kinds of measures
 */
export function mergeMeasures(parts: readonly Measures[]): Measures {
  const merged: Record<string, Measure> = {};
  for (const part of parts) {
    for (const [name, measure] of Object.entries(part)) {
      merged[name] = merged[name] === undefined ? measure : mergedPair(merged[name], measure, name);
    }
  }
  return merged;
}

function mergedPair(a: Measure, b: Measure, name: string): Measure {
  if (a.kind === "mean" && b.kind === "mean") return { ...a, sum: a.sum + b.sum, weight: a.weight + b.weight };
  if (a.kind === "share" && b.kind === "share") return { ...a, value: a.value + b.value };
  if (a.kind === "least" && b.kind === "least") return { ...a, value: Math.min(a.value, b.value) };
  if (a.kind === "most" && b.kind === "most") return { ...a, value: Math.max(a.value, b.value) };
  if (a.kind === "deviation" && b.kind === "deviation") return { ...a, of: together(a.of, b.of) };
  if (a.kind === "explained" && b.kind === "explained") {
    return { ...a, error: together(a.error, b.error), target: together(a.target, b.target) };
  }
  if (a.kind === "correlation" && b.kind === "correlation") {
    const apart = (a.x.mean - b.x.mean) * (a.y.mean - b.y.mean);
    const products = a.products + b.products + betweenCounts(a.x, b.x) * apart;
    return { ...a, x: together(a.x, b.x), y: together(a.y, b.y), products };
  }
  if ("counts" in a && "counts" in b && a.kind === b.kind) {
    const counts = new Map(a.counts);
    for (const [key, count] of b.counts) counts.set(key, (counts.get(key) ?? 0) + count);
    return { ...a, counts };
  }
  throw new TypeError(`the parts of a batch measure ${name} differently: ${a.kind} and ${b.kind}`);
}

function together(a: Spread, b: Spread): Spread {
  const count = a.count + b.count;
  if (count === 0) return a;
  return {
    count,
    mean: a.mean + (b.mean - a.mean) * b.count / count,
    squares: a.squares + b.squares + betweenCounts(a, b) * (a.mean - b.mean) ** 2,
  };
}

const betweenCounts = (a: Spread, b: Spread): number => {
  const count = a.count + b.count;
  return count === 0 ? 0 : a.count * b.count / count;
};
