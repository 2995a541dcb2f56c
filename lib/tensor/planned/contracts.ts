/** What plans, their steps and the machine that runs them are to each other. */

import type { Kernels } from "../simd/kernels.ts";
import type { NamedProduct } from "./algebra.ts";

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

/** One run: where values and slopes are, and which slopes have been written to. */
export interface Machine {
  /** Systems of the run. */
  readonly groups: number;
  readonly kernels: Kernels;
  /** Byte offset of a node's values, or of what a step has kept. */
  at(node: Node | number): number;
  /** Byte offset of a node's slopes, which have all been written by now. */
  slope(node: Node): number;
  /** Byte offset of a parameter's values. */
  parameter(index: number): number;
  /** Adds to the slopes of a node, unless it is data: `write` puts numbers at a byte offset, or adds them to what is there. */
  addSlope(node: Node, write: (to: number, accumulate: boolean) => void): void;
  /** Whether anything has reached the slopes of a node. */
  hasSlope(node: Node): boolean;
  /** The same for a function that can only overwrite. */
  addWhole(node: Node, write: (to: number) => void): void;
  /** Adds to the gradient of a parameter. */
  addGradient(index: number, write: (to: number, accumulate: boolean) => void): void;
  /** `c (+)= op(a) · op(b)`; see `multiplyInto`. */
  multiply(
    a: number,
    b: number,
    c: number,
    sizes: readonly [m: number, n: number, k: number],
    transposed: "none" | "left" | "right",
    accumulate: boolean,
  ): void;
  /** Room for a moment. */
  withRoom(length: number, use: (at: number) => void): void;
}

/** @throws RangeError if a product's sizes do not fit */
export function checkProduct({ x, kernel }: NamedProduct<Node>, parameter: ParameterLookup): PlannedParameter {
  const planned = parameter(kernel);
  if (planned.rows !== x.columns) {
    throw new RangeError(`Cannot multiply ${x.columns} columns with ${kernel} of ${planned.rows} rows`);
  }
  return planned;
}
