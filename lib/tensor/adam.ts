/** Adam with global-norm clipping over typed arrays (Kingma & Ba 2015, algorithm 1). */

import type { TensorData } from "./safetensors.ts";

/** Adam's rates (Kingma & Ba 2015, arXiv:1412.6980). */
export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** The moments of every parameter and the number of steps: all that a resumed run needs. */
export interface AdamState {
  readonly step: number;
  readonly first: readonly Float32Array[];
  readonly second: readonly Float32Array[];
}

/** What one step did. */
export interface AdamStep {
  /** Global norm of the gradient before clipping. */
  readonly gradientNorm: number;
  /** Norm of the change of all parameters. */
  readonly parameterChange: number;
}

/** Moments at zero for parameters of these sizes. */
export function initialAdam(sizes: readonly number[]): AdamState {
  const zeros = () => sizes.map((size) => new Float32Array(size));
  return { step: 0, first: zeros(), second: zeros() };
}

/**
 * One step: writes the parameters and the moments in place.
 * @param clipNorm largest global norm of the gradient that is used
 * @returns the state after the step (its arrays are those of `state`) and what the step did
 */
export function adamStepInto(
  parameters: readonly Float32Array[],
  gradients: readonly Float32Array[],
  state: AdamState,
  options: AdamOptions,
  learningRate: number,
  clipNorm: number,
): { readonly state: AdamState; readonly result: AdamStep } {
  let squares = 0;
  for (const gradient of gradients) for (let i = 0; i < gradient.length; i++) squares += gradient[i] * gradient[i];
  const gradientNorm = Math.sqrt(squares);
  const factor = gradientNorm > clipNorm ? clipNorm / gradientNorm : 1;
  const step = state.step + 1;
  const { beta1, beta2, epsilon } = options;
  const correction1 = 1 - beta1 ** step;
  const correction2 = 1 - beta2 ** step;
  let change = 0;
  parameters.forEach((parameter, p) => {
    const gradient = gradients[p];
    const first = state.first[p];
    const second = state.second[p];
    for (let i = 0; i < parameter.length; i++) {
      const g = gradient[i] * factor;
      first[i] = beta1 * first[i] + (1 - beta1) * g;
      second[i] = beta2 * second[i] + (1 - beta2) * g * g;
      const before = parameter[i];
      parameter[i] = before - learningRate * (first[i] / correction1) / (Math.sqrt(second[i] / correction2) + epsilon);
      change += (parameter[i] - before) ** 2;
    }
  });
  return {
    state: { step, first: state.first, second: state.second },
    result: { gradientNorm, parameterChange: Math.sqrt(change) },
  };
}

/** The state as named tensors; `names` are the parameters' in their order. The step is kept exactly, as two halves. */
export function adamTensors(
  state: AdamState,
  names: readonly string[],
  shapes: readonly (readonly number[])[],
): Map<string, TensorData> {
  const tensors = new Map<string, TensorData>();
  names.forEach((name, p) => {
    tensors.set(`first/${name}`, { shape: shapes[p], data: Float32Array.from(state.first[p]) });
    tensors.set(`second/${name}`, { shape: shapes[p], data: Float32Array.from(state.second[p]) });
  });
  tensors.set("step", { shape: [2], data: Float32Array.of(state.step % 65536, Math.floor(state.step / 65536)) });
  return tensors;
}

/**
 * The inverse of {@linkcode adamTensors}.
 * @throws RangeError if a moment is missing or has another size
 */
export function adamFromTensors(
  tensors: ReadonlyMap<string, TensorData>,
  names: readonly string[],
  sizes: readonly number[],
): AdamState {
  const take = (name: string, size: number): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new RangeError(`the optimiser's state has no ${name}`);
    if (tensor.data.length !== size) {
      throw new RangeError(`the optimiser's ${name} has ${tensor.data.length} numbers, expected ${size}`);
    }
    return Float32Array.from(tensor.data);
  };
  const [low, high] = take("step", 2);
  return {
    step: low + 65536 * high,
    first: names.map((name, p) => take(`first/${name}`, sizes[p])),
    second: names.map((name, p) => take(`second/${name}`, sizes[p])),
  };
}
