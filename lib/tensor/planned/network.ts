/** Networks that run as a plan on `simd`, and as operations of TensorFlow.js on every other backend. */

import * as tf from "@tensorflow/tfjs-core";
import type { Parameters } from "../parameters.ts";
import { type Output, SIMD, type SimdBackend, simdBackend, tensorOf } from "../simd/backend.ts";
import type { NetworkFunction } from "./algebra.ts";
import { createMachine } from "./machine.ts";
import type { Node, ParameterLookup, Plan } from "./contracts.ts";
import { packInto, packPresentInto, type Part, partsOf, type SystemBatch, type SystemTable } from "./packing.ts";
import { makePlan } from "./plan.ts";
import { tensorAlgebra } from "./tensor_algebra.ts";

/** A network over tables of systems. The first input of its function is who is present, `[count, width]`. */
export interface SystemNetwork {
  /**
   * The network's result, differentiable in the parameters: `[count · width · each, columns]`, where it is 0 (on `simd`) or without
   * meaning (elsewhere) for members that are not there.
   * @param variant tells apart networks that differ by more than the sizes of systems
   */
  run(batch: SystemBatch, tables: readonly SystemTable[], variant?: string): tf.Tensor2D;
}

/** Plans that are kept: one for each size of a system. */
const MOST_PLANS = 256;

/**
 * A network with its parameters. On `simd` systems of similar size are computed together, with little padding.
 * @param build the same function of its inputs for each variant
 * @param plans whether it runs as a plan on `simd`: not where messages or pools have numbers of channels that are no multiple of 4
 */
export function createSystemNetwork(
  parameters: Parameters,
  build: (variant: string) => NetworkFunction,
  plans: boolean,
): SystemNetwork {
  const known = new Map<string, Plan>();
  const parameter = lookup(parameters);
  const planFor = (size: number, tables: readonly SystemTable[], variant: string): Plan => {
    const shapes = [{ rows: 1, columns: size }, ...tables.map((table) => shapeOf(table, size))];
    const key = `${variant} ${shapes.map(({ rows, columns }) => `${rows}×${columns}`).join(" ")}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= MOST_PLANS) known.clear();
    const plan = makePlan(build(variant), shapes, parameter);
    known.set(key, plan);
    return plan;
  };
  return {
    run(batch, tables, variant = "") {
      if (plans && tf.getBackend() === SIMD) {
        const parts = partsOf(batch).map((part) => ({ ...part, plan: planFor(part.size, tables, variant) }));
        return runPlans(parts, parameters.list, batch, tables);
      }
      return tf.tidy(() => {
        const present = tf.tensor2d(batch.present, [batch.count, batch.width]);
        const tensors = tables.map((table) => {
          const { rows, columns } = shapeOf(table, batch.width);
          return tf.tensor2d(table.data, [batch.count * rows, columns]);
        });
        return build(variant)(tensorAlgebra(parameters, new Set(tensors)), [present, ...tensors]);
      });
    },
  };
}

/** The shape of a table of one system with so many members. */
function shapeOf({ power, each = 1, columns }: SystemTable, size: number): { rows: number; columns: number } {
  return { rows: each * size ** power, columns };
}

function lookup(parameters: Parameters): ParameterLookup {
  const places = new Map(parameters.names.map((name, index) => [name, index]));
  return (name) => {
    const index = places.get(name);
    if (index === undefined) throw new RangeError(`No parameter is named ${name}`);
    const { shape } = parameters.list[index];
    return { index, rows: shape.length === 1 ? 1 : shape[0], columns: shape[shape.length - 1] };
  };
}

/** A part of a batch, and the plan for it. */
interface PlannedPart extends Part {
  readonly plan: Plan;
}

/** All parts as one operation: their values stay in one block each, which the way back uses. */
function runPlans(
  parts: readonly PlannedPart[],
  variables: readonly tf.Variable[],
  batch: SystemBatch,
  tables: readonly SystemTable[],
): tf.Tensor2D {
  const operation = tf.customGrad((...given: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = given[given.length - 1] as tf.GradSaveFunc;
    const backend = simdBackend();
    const { rows, columns } = outputOf(parts, batch);
    const out = backend.output([batch.count * rows, columns]);
    const result = backend.values(out).fill(0);
    const kept = parts.map((part) => {
      const { plan, systems } = part;
      const block = backend.output([systems.length * plan.values]);
      const values = backend.values(block);
      const place = ({ value }: Node) => systems.length * value;
      packPresentInto(values, place(plan.inputs[0]), part);
      tables.forEach((table, k) => packInto(values, place(plan.inputs[k + 1]), table, batch.width, part));
      const machine = createMachine(backend, plan, systems.length, values, null, variables, []);
      for (const { step } of plan.steps) step.forward(machine);
      unpackInto(result, rows * columns, values, place(plan.output), part);
      return tensorOf(block);
    });
    save(kept);
    return {
      value: tensorOf(out),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => backward(parts, dy, saved, variables, rows * columns),
    };
  });
  return operation(...variables) as tf.Tensor2D;
}

/** Rows that the result has for each system of the batch. */
function outputOf(
  parts: readonly PlannedPart[],
  { width }: SystemBatch,
): { readonly rows: number; readonly columns: number } {
  const { size, plan: { output } } = parts[0];
  return { rows: output.rows / size * width, columns: output.columns };
}

/** The result of each system into the result of the batch, `stride` numbers for each system. */
function unpackInto(out: Float32Array, stride: number, values: Float32Array, from: number, part: PlannedPart): void {
  const { size, sizes, systems, plan: { output } } = part;
  const length = output.rows * output.columns;
  systems.forEach((system, k) => {
    const at = from + k * length;
    out.set(values.subarray(at, at + length / size * sizes[k]), system * stride);
  });
}

/** The slopes of the result of each system; nothing comes back from padding. */
function packSlopesInto(slopes: Float32Array, upstream: Float32Array, stride: number, part: PlannedPart): void {
  const { size, sizes, systems, plan: { output } } = part;
  const length = output.rows * output.columns;
  systems.forEach((system, k) => {
    const own = length / size * sizes[k];
    const at = systems.length * output.slope + k * length;
    slopes.set(upstream.subarray(system * stride, system * stride + own), at);
    slopes.fill(0, at + own, at + length);
  });
}

function backward(
  parts: readonly PlannedPart[],
  dy: tf.Tensor,
  kept: readonly tf.Tensor[],
  variables: readonly tf.Variable[],
  stride: number,
): tf.Tensor[] {
  const backend: SimdBackend = simdBackend();
  const upstream = backend.values(dy);
  const gradients: (Output | undefined)[] = [];
  parts.forEach((part, p) => {
    const { plan, systems } = part;
    const slopes = backend.arena.allocate(systems.length * plan.slopes);
    packSlopesInto(slopes, upstream, stride, part);
    const values = backend.values(kept[p]);
    const machine = createMachine(backend, plan, systems.length, values, slopes, variables, gradients);
    for (let k = plan.steps.length - 1; k >= 0; k--) {
      const { node, step } = plan.steps[k];
      if (machine.hasSlope(node)) step.backward(machine);
    }
    backend.arena.free(slopes);
  });
  return variables.map((variable, p) => {
    const gradient = gradients[p];
    return gradient === undefined ? tf.zerosLike(variable) : tensorOf(gradient);
  });
}
