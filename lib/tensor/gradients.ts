/**
 * Gradients of TensorFlow.js's operations. Its core registers none by itself, and its own list sits in files that only bundlers
 * can read. Every operation that the networks here use, and the common ones beside them, have their rule below; an operation
 * without one is refused by name when its gradient is asked for.
 */

import * as tf from "@tensorflow/tfjs-core";

type Attributes = Readonly<Record<string, unknown>>;
/** The slope of an argument, given that of the result and the argument (or the result). */
type EntryRule = (dy: tf.Tensor, saved: tf.Tensor) => tf.Tensor;
type PairRule = (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => [a: () => tf.Tensor, b: () => tf.Tensor];
/** The slope of an argument `x`, given that of the result, x, the result and the attributes. */
type ShapedRule = (dy: tf.Tensor, x: tf.Tensor, y: tf.Tensor, attributes: Attributes) => tf.Tensor;

const BY_ARGUMENT: Readonly<Record<string, EntryRule>> = {
  Abs: (dy, x) => tf.mul(dy, tf.sign(x)),
  Cos: (dy, x) => tf.neg(tf.mul(dy, tf.sin(x))),
  Erf: (dy, x) => tf.mul(dy, tf.mul(tf.exp(tf.neg(tf.square(x))), 2 / Math.sqrt(Math.PI))),
  Log: (dy, x) => tf.div(dy, x),
  Log1p: (dy, x) => tf.div(dy, tf.add(x, 1)),
  Reciprocal: (dy, x) => tf.neg(tf.div(dy, tf.square(x))),
  Relu: (dy, x) => tf.mul(dy, tf.step(x)),
  Rsqrt: (dy, x) => tf.neg(tf.div(dy, tf.mul(tf.mul(x, tf.sqrt(x)), 2))),
  Sin: (dy, x) => tf.mul(dy, tf.cos(x)),
  Softplus: (dy, x) => tf.mul(dy, tf.sigmoid(x)),
  Square: (dy, x) => tf.mul(dy, tf.mul(x, 2)),
};

const BY_RESULT: Readonly<Record<string, EntryRule>> = {
  Exp: (dy, y) => tf.mul(dy, y),
  Sigmoid: (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y))),
  Sqrt: (dy, y) => tf.div(dy, tf.mul(y, 2)),
  Tanh: (dy, y) => tf.mul(dy, tf.sub(1, tf.square(y))),
};

/** Both arguments may be broadcast: what reaches an entry of a smaller one is summed. Where two are equal both are the extreme. */
const OF_PAIRS: Readonly<Record<string, PairRule>> = {
  Add: (dy) => [() => dy, () => dy],
  Sub: (dy) => [() => dy, () => tf.neg(dy)],
  Multiply: (dy, a, b) => [() => tf.mul(dy, b), () => tf.mul(dy, a)],
  RealDiv: (dy, a, b) => [() => tf.div(dy, b), () => tf.neg(tf.div(tf.mul(dy, a), tf.square(b)))],
  SquaredDifference: (dy, a, b) => {
    const slope = () => tf.mul(dy, tf.mul(tf.sub(a, b), 2));
    return [slope, () => tf.neg(slope())];
  },
  Maximum: (dy, a, b) => [where(dy, () => tf.greaterEqual(a, b)), where(dy, () => tf.lessEqual(a, b))],
  Minimum: (dy, a, b) => [where(dy, () => tf.lessEqual(a, b)), where(dy, () => tf.greaterEqual(a, b))],
};

function where(dy: tf.Tensor, holds: () => tf.Tensor): () => tf.Tensor {
  return () => tf.mul(dy, tf.cast(holds(), "float32"));
}

const SHAPED: Readonly<Record<string, ShapedRule>> = {
  Cast: (dy) => tf.cast(dy, "float32"),
  Identity: (dy) => tf.clone(dy),
  Neg: (dy) => tf.neg(dy),
  Reshape: (dy, x) => tf.reshape(dy, x.shape),
  ClipByValue: (dy, x, _, { clipValueMin, clipValueMax }) => {
    const inside = tf.logicalAnd(tf.greaterEqual(x, clipValueMin as number), tf.lessEqual(x, clipValueMax as number));
    return tf.mul(dy, tf.cast(inside, "float32"));
  },
  Sum: (dy, x, _, { axis }) => spread(dy, x, axes(axis)),
  Mean: (dy, x, _, { axis }) => tf.div(spread(dy, x, axes(axis)), x.size / dy.size),
  Max: (dy, x, y, { reductionIndices }) => extreme(dy, x, y, axes(reductionIndices)),
  Min: (dy, x, y, { axis }) => extreme(dy, x, y, axes(axis)),
  Softmax: (dy, _, y, { dim }) => tf.mul(tf.sub(dy, tf.sum(tf.mul(dy, y), dim as number, true)), y),
  LogSoftmax: (dy, _, y, { axis }) => tf.sub(dy, tf.mul(tf.sum(dy, axis as number, true), tf.exp(y))),
  Transpose: (dy, _x, _y, { perm }) => tf.transpose(dy, inverse(perm as number[])),
  Slice: (dy, x, _, { begin }) => {
    const from = begin as number[];
    return tf.pad(dy, from.map((start, d) => [start, x.shape[d] - start - dy.shape[d]] as [number, number]));
  },
  PadV2: (dy, x, _, { paddings }) => tf.slice(dy, (paddings as [number, number][]).map(([before]) => before), x.shape),
  Tile: (dy, x, _, { reps }) => {
    // [r₀, n₀, r₁, n₁, …]: the repetitions are every other axis.
    const shape = x.shape.flatMap((size, d) => [(reps as number[])[d], size]);
    return tf.reshape(tf.sum(tf.reshape(dy, shape), x.shape.map((_, d) => 2 * d)), x.shape);
  },
};

function axes(given: unknown): number[] | undefined {
  return given === null || given === undefined ? undefined : typeof given === "number" ? [given] : given as number[];
}

/** The shape with the reduced axes as 1. */
function keptShape(shape: readonly number[], reduced: readonly number[] | undefined): number[] {
  const gone = (reduced ?? shape.map((_, d) => d)).map((d) => d < 0 ? d + shape.length : d);
  return shape.map((size, d) => gone.includes(d) ? 1 : size);
}

function spread(dy: tf.Tensor, x: tf.Tensor, reduced: readonly number[] | undefined): tf.Tensor {
  return tf.mul(tf.reshape(dy, keptShape(x.shape, reduced)), tf.onesLike(x));
}

/** Entries that equal the extreme each get its slope. */
function extreme(dy: tf.Tensor, x: tf.Tensor, y: tf.Tensor, reduced: readonly number[] | undefined): tf.Tensor {
  const kept = keptShape(x.shape, reduced);
  return tf.mul(tf.reshape(dy, kept), tf.cast(tf.equal(x, tf.reshape(y, kept)), "float32"));
}

function inverse(permutation: readonly number[]): number[] {
  const back = new Array<number>(permutation.length);
  permutation.forEach((from, to) => back[from] = to);
  return back;
}

/** Sums what was broadcast. */
function reduceTo(slope: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const extra = slope.rank - shape.length;
  const summed = slope.shape.flatMap((size, d) => d < extra || (shape[d - extra] === 1 && size !== 1) ? [d] : []);
  return tf.reshape(summed.length === 0 ? slope : tf.sum(slope, summed), [...shape]);
}

let registered = false;

/** Makes the rules known to TensorFlow.js; a second call does nothing, and a rule that is there already stays. */
export function registerGradients(): void {
  if (registered) return;
  registered = true;
  for (const [kernelName, rule] of Object.entries(BY_ARGUMENT)) {
    register({ kernelName, inputsToSave: ["x"], gradFunc: (dy, [x]) => ({ x: () => rule(dy as tf.Tensor, x) }) });
  }
  for (const [kernelName, rule] of Object.entries(BY_RESULT)) {
    register({ kernelName, outputsToSave: [true], gradFunc: (dy, [y]) => ({ x: () => rule(dy as tf.Tensor, y) }) });
  }
  for (const [kernelName, rule] of Object.entries(OF_PAIRS)) register(pairConfig(kernelName, rule));
  for (const [kernelName, rule] of Object.entries(SHAPED)) register(shapedConfig(kernelName, rule));
  for (const config of OTHERS) register(config);
}

function register(config: tf.GradConfig): void {
  if (tf.getGradient(config.kernelName) === undefined) tf.registerGradient(config);
}

function pairConfig(kernelName: string, rule: PairRule): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ["a", "b"],
    gradFunc: (dy, [a, b]) => {
      const [ofA, ofB] = rule(dy as tf.Tensor, a, b);
      return { a: () => reduceTo(ofA(), a.shape), b: () => reduceTo(ofB(), b.shape) };
    },
  };
}

/** Operations whose one argument goes by another name than `x`. */
const ARGUMENT_NAMES: Readonly<Record<string, string>> = { Softmax: "logits", LogSoftmax: "logits" };

function shapedConfig(kernelName: string, rule: ShapedRule): tf.GradConfig {
  const name = ARGUMENT_NAMES[kernelName] ?? "x";
  return {
    kernelName,
    inputsToSave: [name],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attributes) => ({ [name]: () => rule(dy as tf.Tensor, x, y, attributes) }),
  };
}

/** The operations with several arguments or results. */
const OTHERS: readonly tf.GradConfig[] = [
  {
    kernelName: "BatchMatMul",
    inputsToSave: ["a", "b"],
    gradFunc: (dy, [a, b], attributes) => {
      const [ofA, ofB] = productSlopes(dy as tf.Tensor, a, b, attributes);
      return { a: ofA, b: ofB };
    },
  },
  {
    kernelName: "Select",
    inputsToSave: ["condition"],
    gradFunc: (dy, [condition]) => ({
      condition: () => tf.zerosLike(condition),
      t: () => tf.mul(dy as tf.Tensor, tf.cast(condition, "float32")),
      e: () => tf.mul(dy as tf.Tensor, tf.cast(tf.logicalNot(condition), "float32")),
    }),
  },
  {
    kernelName: "Concat",
    saveAllInputs: true,
    gradFunc: (dy, parts, { axis }) => {
      const d = (axis as number) < 0 ? axis as number + parts[0].rank : axis as number;
      const slopes = tf.split(dy as tf.Tensor, parts.map((part) => part.shape[d]), d);
      return slopes.map((slope) => () => slope) as unknown as ReturnType<tf.GradFunc>;
    },
  },
  {
    kernelName: "Pack",
    saveAllInputs: true,
    gradFunc: (dy, _, { axis }) => {
      const slopes = tf.unstack(dy as tf.Tensor, axis as number);
      return slopes.map((slope) => () => slope) as unknown as ReturnType<tf.GradFunc>;
    },
  },
  {
    kernelName: "SplitV",
    gradFunc: (dy, _, { axis }) => ({ x: () => tf.concat(dy as tf.Tensor[], axis as number) }),
  },
  {
    kernelName: "GatherV2",
    inputsToSave: ["x", "indices"],
    gradFunc: (dy, [x, indices], { axis, batchDims }) => {
      if (axis !== 0 || batchDims !== 0) throw new Error("Cannot take the gradient of gather but along the first axis");
      const flat = tf.reshape(dy as tf.Tensor, [indices.size, ...x.shape.slice(1)]);
      const summed = () => tf.unsortedSegmentSum(flat, tf.reshape(indices, [indices.size]) as tf.Tensor1D, x.shape[0]);
      return { x: summed, indices: () => tf.zerosLike(indices) };
    },
  },
];

/** Slopes of `op(a) · op(b)`, where op transposes or does not. */
function productSlopes(dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor, attributes: Attributes): (() => tf.Tensor)[] {
  const { transposeA, transposeB } = attributes as { readonly transposeA: boolean; readonly transposeB: boolean };
  return [
    () => transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB),
    () => transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false),
  ];
}
