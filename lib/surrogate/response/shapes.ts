/** The matrices that the covariances of a regression are made of: inner products, and curved parts by length. */

/** Observational rows of one outcome; everything is standardised. */
export interface RegressionRows {
  /** `[rows]` */
  readonly outcome: Float64Array;
  /** `[rows, width]` */
  readonly inputs: Float64Array;
  readonly width: number;
}

/**
 * How several inputs act: a `joint` curve depends on all of them at once, `additive` ones are a sum of curves of one input
 * each.
 */
export type RegressionForm = "joint" | "additive";

/** Inner products and squared-exponential parts of all pairs of two lists of points. */
export interface Shapes {
  readonly products: Float64Array;
  readonly curved: Float64Array;
}

/** `[rows, rows]` for each length, of which the lower triangle is filled; without a length nothing is curved. */
export function rowShapes(
  { inputs, width, outcome }: RegressionRows,
  form: RegressionForm,
): (length: number | null) => Shapes {
  const n = outcome.length;
  const products = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      for (let k = 0; k < width; k++) products[i * n + j] += inputs[i * width + k] * inputs[j * width + k];
    }
  }
  return remembered((length) => {
    const curved = new Float64Array(n * n);
    for (let i = 0; length !== null && i < n; i++) {
      for (let j = 0; j <= i; j++) curved[i * n + j] = curvedOf({ inputs, width, form, length, left: -1 }, i, j);
    }
    return { products, curved };
  });
}

/** Shapes `[values, rows]` between averages over the rows at a value of one variable and rows, and `[values, values]`. */
export interface AveragedShapes {
  readonly toRows: Shapes;
  readonly toSelf: Shapes;
}

/** The shapes of averages over the rows in which one variable is moved to the given values. O(rows²) for each length. */
export function averagedShapes(
  { inputs, width, outcome }: RegressionRows,
  form: RegressionForm,
  variable: number,
  values: Float64Array,
): (length: number | null) => AveragedShapes {
  const n = outcome.length;
  const points = values.length;
  const column = Float64Array.from({ length: n }, (_, j) => inputs[j * width + variable]);
  const straight = othersProducts(inputs, width, variable, n);
  const between = (others: Float64Array, part: (p: number, j: number) => number) => {
    const matrix = new Float64Array(points * others.length);
    for (let p = 0, at = 0; p < points; p++) for (let j = 0; j < others.length; j++) matrix[at++] = part(p, j);
    return matrix;
  };
  const rowProducts = between(column, (p, j) => values[p] * column[j] + straight[j]);
  const ownProducts = between(values, (p, q) => values[p] * values[q] + straight[n]);
  return remembered((length) => {
    if (length === null) {
      return {
        toRows: { products: rowProducts, curved: new Float64Array(points * n) },
        toSelf: { products: ownProducts, curved: new Float64Array(points * points) },
      };
    }
    const others = othersCurved({ inputs, width, form, length, left: variable }, n);
    const near = (distance: number, rest: number) => {
      const own = Math.exp(-0.5 * (distance / length) ** 2);
      return form === "joint" ? own * rest : own + rest;
    };
    return {
      toRows: { products: rowProducts, curved: between(column, (p, j) => near(values[p] - column[j], others[j])) },
      toSelf: { products: ownProducts, curved: between(values, (p, q) => near(values[p] - values[q], others[n])) },
    };
  });
}

/** `[rows + 1]` inner products of the other inputs with their mean, of each row and, last, of the mean itself. */
function othersProducts(inputs: Float64Array, width: number, variable: number, n: number): Float64Array {
  const out = new Float64Array(n + 1);
  for (let k = 0; k < width; k++) {
    if (k === variable) continue;
    let mean = 0;
    for (let j = 0; j < n; j++) mean += inputs[j * width + k] / n;
    for (let j = 0; j < n; j++) out[j] += mean * inputs[j * width + k];
    out[n] += mean * mean;
  }
  return out;
}

/** The curved part of a regression's covariance by all inputs but `left`. */
interface CurvedPart {
  readonly inputs: Float64Array;
  readonly width: number;
  readonly form: RegressionForm;
  readonly length: number;
  readonly left: number;
}

/** `[rows + 1]` mean of the other inputs' curved part over all rows, with each row and, last, with all rows. */
function othersCurved(part: CurvedPart, n: number): Float64Array {
  const { width, form } = part;
  const out = new Float64Array(n + 1);
  if (width === 1) return out.fill(form === "joint" ? 1 : 0);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < j; i++) {
      const both = curvedOf(part, i, j) / n;
      out[i] += both;
      out[j] += both;
    }
    out[j] += (form === "joint" ? 1 : width - 1) / n;
  }
  for (let j = 0; j < n; j++) out[n] += out[j] / n;
  return out;
}

function curvedOf({ inputs, width, form, length, left }: CurvedPart, i: number, j: number): number {
  let distance = 0;
  let sum = 0;
  for (let k = 0; k < width; k++) {
    if (k === left) continue;
    const step = (inputs[i * width + k] - inputs[j * width + k]) / length;
    if (form === "additive") sum += Math.exp(-0.5 * step * step);
    else distance += step * step;
  }
  return form === "additive" ? sum : Math.exp(-0.5 * distance);
}

function remembered<Result>(compute: (length: number | null) => Result): (length: number | null) => Result {
  const known = new Map<number | null, Result>();
  return (length) => {
    const seen = known.get(length);
    if (seen !== undefined) return seen;
    const result = compute(length);
    known.set(length, result);
    return result;
  };
}
