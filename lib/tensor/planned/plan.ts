/**
 * A network as a plan: which numbers stand where in two blocks of memory, one of values and one of slopes, and the steps that
 * compute them there and back again. A plan is made once for each size of the systems; it is the same for any number of them, and
 * running it creates no tensors and keeps no tape.
 */

import type { Algebra, NamedProduct, SumLayer } from "./algebra.ts";
import type { Machine } from "./machine.ts";
import { addStep, concatStep, scaleGroupsStep, scaleStep } from "./entry_steps.ts";
import { layerNormStep } from "./norm_step.ts";
import { messagesStep, poolStep } from "./pool_steps.ts";
import { sumLayerStep } from "./layer_step.ts";

/** A table of the plan. All numbers are for one system: in a run with `groups` systems they are so many times as large. */
export interface Node {
  readonly rows: number;
  readonly columns: number;
  /** Floats before it in the block of values, and in the block of slopes; the latter is −1 for data. */
  readonly value: number;
  readonly slope: number;
}

/** A parameter of the network; a bias has one row. */
export interface PlannedParameter {
  /** Its place in the list of parameters. */
  readonly index: number;
  readonly rows: number;
  readonly columns: number;
}

/** One operation. Steps run in order to compute the values, and backwards to compute the slopes. */
export interface Step {
  forward(machine: Machine): void;
  /** From the slope of the step's result to those of its arguments and parameters. */
  backward(machine: Machine): void;
}

/** A step with the table that it computes. */
export interface PlannedStep {
  readonly node: Node;
  readonly step: Step;
}

/** A network for systems of one size. */
export interface Plan {
  readonly inputs: readonly Node[];
  readonly output: Node;
  readonly steps: readonly PlannedStep[];
  /** Floats of the blocks of values and slopes, for each system. */
  readonly values: number;
  readonly slopes: number;
}

/** Shape of a parameter by its name. */
export type ParameterLookup = (name: string) => PlannedParameter;

/** What steps reserve room with while a plan is made. */
export interface Layout {
  readonly parameter: ParameterLookup;
  /** A table with room for values and, unless it is data, for slopes. */
  node(rows: number, columns: number, isData?: boolean): Node;
  /** Floats of the block of values for what a step keeps for its way back. */
  keep(length: number): number;
}

/**
 * Makes the plan of a network.
 * @throws RangeError if shapes do not fit, or messages and pools have numbers of channels that are no multiple of 4
 */
export function makePlan(
  build: (algebra: Algebra<Node>, inputs: readonly Node[]) => Node,
  shapes: readonly { readonly rows: number; readonly columns: number }[],
  parameter: ParameterLookup,
): Plan {
  let [values, slopes] = [0, 0];
  const steps: PlannedStep[] = [];
  const layout: Layout = {
    parameter,
    node(rows, columns, isData = false) {
      const length = rows * columns;
      const node = { rows, columns, value: values, slope: isData ? -1 : slopes };
      values += length;
      if (!isData) slopes += length;
      return node;
    },
    keep(length) {
      const at = values;
      values += length;
      return at;
    },
  };
  const inputs = shapes.map(({ rows, columns }) => layout.node(rows, columns, true));
  const output = build(planAlgebra(layout, steps), inputs);
  return { inputs, output, steps, values, slopes };
}

function planAlgebra(layout: Layout, steps: PlannedStep[]): Algebra<Node> {
  const push = (made: PlannedStep): Node => {
    steps.push(made);
    return made.node;
  };
  return {
    sumLayer: (layer: SumLayer<Node>) => push(sumLayerStep(layout, layer)),
    pairMessages: (receiver, sender, pair, present) => push(messagesStep(layout, receiver, sender, pair, present)),
    pool: (x, present) => push(poolStep(layout, x, present)),
    add: (a, b) => push(addStep(layout, a, b)),
    scale: (x, factor) => push(scaleStep(layout, x, factor)),
    scaleGroups: (x, scales) => push(scaleGroupsStep(layout, x, scales)),
    layerNorm: (x, scale, shift) => push(layerNormStep(layout, x, scale, shift)),
    concat: (parts) => push(concatStep(layout, parts)),
  };
}

/** @throws RangeError if a product's sizes do not fit */
export function checkProduct({ x, kernel }: NamedProduct<Node>, parameter: ParameterLookup): PlannedParameter {
  const planned = parameter(kernel);
  if (planned.rows !== x.columns) {
    throw new RangeError(`Cannot multiply ${x.columns} columns with ${kernel} of ${planned.rows} rows`);
  }
  return planned;
}
