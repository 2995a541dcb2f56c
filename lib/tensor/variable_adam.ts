/** Adam on the variables of networks: on `simd` in place by one kernel for each, elsewhere through copies. */

import * as tf from "@tensorflow/tfjs-core";
import {
  adamFromTensors,
  type AdamOptions,
  type AdamState,
  type AdamStep,
  adamStepInto,
  adamTensors,
  initialAdam,
} from "./adam.ts";
import type { TensorData } from "./safetensors.ts";
import { SIMD, type SimdBackend, simdBackend } from "./simd/backend.ts";

/** Adam on a fixed list of variables; one gradient for each, in their order. */
export interface VariableAdam {
  /** One step with the gradient clipped to a global norm. */
  step(gradients: readonly (tf.Tensor | Float32Array)[], learningRate: number, clipNorm: number): Promise<AdamStep>;
  /** A copy of the moments and the number of steps. */
  state(): AdamState;
  /** @throws RangeError if a moment has another size than its variable */
  restore(state: AdamState): void;
  /** Gives the memory of the moments back. */
  dispose(): void;
}

/** Adam with moments at zero, for the backend that is in use. */
export function createVariableAdam(variables: readonly tf.Variable[], options: AdamOptions): VariableAdam {
  return tf.getBackend() === SIMD ? inPlace(variables, options) : createHostAdam(variables, options);
}

/** Adam whose moments go into checkpoints by the names of their variables. */
export interface NamedAdam {
  /** One step with the gradient clipped to a global norm. */
  apply: VariableAdam["step"];
  /** The moments and the number of steps. */
  tensors(): Map<string, TensorData>;
  /** @throws RangeError if they belong to another network */
  restore(tensors: ReadonlyMap<string, TensorData>): void;
}

/**
 * Adam with moments at zero that can be put away and taken up.
 * @param names of the variables in checkpoints, in their order
 * @param create for the backend that is in use, or another Adam
 */
export function createNamedAdam(
  variables: readonly tf.Variable[],
  names: readonly string[],
  options: AdamOptions,
  create: (variables: readonly tf.Variable[], options: AdamOptions) => VariableAdam = createVariableAdam,
): NamedAdam {
  const adam = create(variables, options);
  return {
    apply: adam.step,
    tensors: () => adamTensors(adam.state(), names, variables.map(({ shape }) => shape)),
    restore: (tensors) => adam.restore(adamFromTensors(tensors, names, variables.map(({ size }) => size))),
  };
}

function checkSizes(state: AdamState, variables: readonly tf.Variable[]): void {
  variables.forEach(({ name, size }, p) => {
    for (const moment of [state.first[p], state.second[p]]) {
      if (moment?.length === size) continue;
      throw new RangeError(`The moment of ${name} has ${moment?.length ?? 0} numbers, expected ${size}`);
    }
  });
}

/** Adam with moments at zero that computes in double precision in the main memory, whatever the backend. */
export function createHostAdam(variables: readonly tf.Variable[], options: AdamOptions): VariableAdam {
  let state = initialAdam(variables.map(({ size }) => size));
  return {
    async step(gradients, learningRate, clipNorm) {
      const read = (x: tf.Tensor | Float32Array) => x instanceof Float32Array ? x : x.data<"float32">();
      const values = await Promise.all(variables.map(async (v) => Float32Array.from(await v.data<"float32">())));
      const step = adamStepInto(values, await Promise.all(gradients.map(read)), state, options, learningRate, clipNorm);
      state = step.state;
      variables.forEach((variable, p) => {
        const replacement = tf.tensor(values[p], variable.shape);
        variable.assign(replacement);
        replacement.dispose();
      });
      return step.result;
    },
    state: () => copyOf(state),
    restore(given) {
      checkSizes(given, variables);
      state = copyOf(given);
    },
    dispose: () => state = initialAdam([]),
  };
}

const copyOf = ({ step, first, second }: AdamState): AdamState => ({
  step,
  first: first.map((x) => Float32Array.from(x)),
  second: second.map((x) => Float32Array.from(x)),
});

function inPlace(variables: readonly tf.Variable[], { beta1, beta2, epsilon }: AdamOptions): VariableAdam {
  const { arena } = simdBackend();
  const blocks = () => variables.map(({ size }) => arena.allocate(size).fill(0));
  const [first, second] = [blocks(), blocks()];
  let steps = 0;
  return {
    step(gradients, learningRate, clipNorm) {
      const backend = simdBackend();
      const copies: Float32Array[] = [];
      const pointers = gradients.map((gradient) => {
        if (!(gradient instanceof Float32Array)) return backend.pointerOf(gradient);
        const copy = arena.allocate(gradient.length);
        copy.set(gradient);
        copies.push(copy);
        return copy.byteOffset;
      });
      let squares = 0;
      variables.forEach(({ size }, p) => squares += arena.kernels.sumOfSquares(pointers[p], size));
      const gradientNorm = Math.sqrt(squares);
      const factor = gradientNorm > clipNorm ? clipNorm / gradientNorm : 1;
      steps++;
      const rate = learningRate / (1 - beta1 ** steps);
      const correction = 1 / Math.sqrt(1 - beta2 ** steps);
      let change = 0;
      variables.forEach((variable, p) => {
        change += arena.kernels.adam(
          ownPointer(backend, variable),
          pointers[p],
          first[p].byteOffset,
          second[p].byteOffset,
          variable.size,
          factor,
          beta1,
          1 - beta1,
          beta2,
          1 - beta2,
          rate,
          correction,
          epsilon,
        );
      });
      copies.forEach((copy) => arena.free(copy));
      return Promise.resolve({ gradientNorm, parameterChange: Math.sqrt(change) });
    },
    state: () => copyOf({ step: steps, first, second }),
    restore(state) {
      checkSizes(state, variables);
      steps = state.step;
      variables.forEach((_, p) => {
        first[p].set(state.first[p]);
        second[p].set(state.second[p]);
      });
    },
    dispose: () => [...first, ...second].forEach((block) => arena.free(block)),
  };
}

/** Where a variable's values are, which no clone shares: the step writes to them. */
function ownPointer(backend: SimdBackend, variable: tf.Variable): number {
  if (backend.refCount(variable.dataId) > 1) {
    const copy = backend.output(variable.shape);
    backend.values(copy).set(backend.values(variable));
    const tensor = tf.engine().makeTensorFromTensorInfo(copy);
    variable.assign(tensor);
    tensor.dispose();
  }
  return backend.pointerOf(variable);
}
