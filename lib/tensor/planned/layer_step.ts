/** A layer of several products as a step of a plan. */

import type { SumLayer } from "./algebra.ts";
import {
  checkProduct,
  type Layout,
  type Machine,
  type Node,
  type PlannedParameter,
  type PlannedStep,
} from "./contracts.ts";

const LINEAR = 0;
const RELU = 1;
/** The kernels' numbers of the activations that are not piecewise linear. */
const CURVES = { gelu: 2, tanh: 3 } as const;

interface Term {
  readonly x: Node;
  readonly kernel: PlannedParameter;
}

/** See {@linkcode Algebra.sumLayer}. @throws RangeError if sizes do not fit */
export function sumLayerStep(layout: Layout, layer: SumLayer<Node>): PlannedStep {
  const { activation } = layer;
  const term = (product: SumLayer<Node>["products"][number]): Term => ({
    x: product.x,
    kernel: checkProduct(product, layout.parameter),
  });
  const terms = layer.products.map(term);
  const shared = layer.shared === undefined ? null : term(layer.shared);
  const bias = layer.bias === null ? null : layout.parameter(layer.bias);
  const { rows } = terms[0].x;
  const { columns } = terms[0].kernel;
  if (terms.some(({ x, kernel }) => x.rows !== rows || kernel.columns !== columns)) {
    throw new RangeError("The products of a layer differ in their numbers of rows or columns");
  }
  if (shared !== null && (rows % shared.x.rows !== 0 || shared.kernel.columns !== columns)) {
    throw new RangeError(`Cannot share ${shared.x.rows} rows among ${rows}`);
  }
  const node = layout.node(rows, columns);
  const isCurve = activation === "gelu" || activation === "tanh";
  const slope = isCurve ? layout.keep(rows * columns) : -1;

  const forward = (machine: Machine) => {
    const out = machine.at(node);
    const all = machine.groups * rows;
    terms.forEach(({ x, kernel }, k) =>
      machine.multiply(machine.at(x), machine.parameter(kernel.index), out, [all, columns, x.columns], "none", k > 0)
    );
    const kind = activation === "relu" ? RELU : LINEAR;
    const biasAt = bias === null ? 0 : machine.parameter(bias.index);
    if (shared === null) {
      if (bias !== null || kind === RELU) machine.kernels.addBias(out, biasAt, 0, all, columns, 1, kind);
    } else {
      const { x, kernel } = shared;
      const shares = machine.groups * x.rows;
      machine.withRoom(shares * columns, (room) => {
        const sizes = [shares, columns, x.columns] as const;
        machine.multiply(machine.at(x), machine.parameter(kernel.index), room, sizes, "none", false);
        machine.kernels.addBias(out, biasAt, room, all, columns, rows / x.rows, kind);
      });
    }
    if (isCurve) machine.kernels.activate(out, machine.at(slope), all * columns, CURVES[activation]);
  };

  const through = (machine: Machine, { x, kernel }: Term, dz: number) => {
    const all = machine.groups * x.rows;
    machine.addGradient(kernel.index, (to, accumulate) => {
      machine.multiply(machine.at(x), dz, to, [x.columns, columns, all], "left", accumulate);
    });
    machine.addSlope(x, (to, accumulate) => {
      const sizes = [all, x.columns, columns] as const;
      machine.multiply(dz, machine.parameter(kernel.index), to, sizes, "right", accumulate);
    });
  };

  const backward = (machine: Machine) => {
    // Nobody needs the slope behind the activation again.
    const dz = machine.slope(node);
    const all = machine.groups * rows;
    const length = all * columns;
    if (activation === "relu") machine.kernels.reluGradient(dz, machine.at(node), dz, length);
    else if (isCurve) machine.kernels.multiplyEntries(dz, machine.at(slope), dz, length);
    terms.forEach((term) => through(machine, term, dz));
    if (shared !== null) {
      machine.withRoom(machine.groups * shared.x.rows * columns, (room) => {
        machine.kernels.sumRows(dz, room, all, columns, rows / shared.x.rows);
        through(machine, shared, room);
      });
    }
    if (bias === null) return;
    machine.addGradient(bias.index, (to, accumulate) => {
      if (!accumulate) return machine.kernels.sumRows(dz, to, all, columns, all);
      machine.withRoom(columns, (room) => {
        machine.kernels.sumRows(dz, room, all, columns, all);
        machine.kernels.addInto(to, room, to, columns);
      });
    });
  };
  return { node, step: { forward, backward } };
}
