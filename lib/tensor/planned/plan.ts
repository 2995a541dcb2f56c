/**
 * A network as a plan: which numbers stand where in two blocks of memory, one of values and one of slopes, and the steps that
 * compute them there and back again. A plan is made once for each size of the systems; it is the same for any number of them, and
 * running it creates no tensors and keeps no tape.
 */

import type { Algebra, SumLayer } from "./algebra.ts";
import type { Layout, Node, ParameterLookup, Plan, PlannedStep } from "./contracts.ts";
import { addStep, concatStep, scaleGroupsStep, scaleStep } from "./entry_steps.ts";
import { sumLayerStep } from "./layer_step.ts";
import { layerNormStep } from "./norm_step.ts";
import { messagesStep, poolStep } from "./pool_steps.ts";

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
