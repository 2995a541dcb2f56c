/** Sums, scalings and concatenations as steps of a plan. */

import { BINARY } from "../simd/elementwise.ts";
import type { Layout, Node, PlannedStep } from "./contracts.ts";

/** See {@linkcode Algebra.add}. @throws RangeError for tables of other shapes */
export function addStep(layout: Layout, a: Node, b: Node): PlannedStep {
  if (a.rows !== b.rows || a.columns !== b.columns) throw new RangeError("Cannot add tables of other shapes");
  const node = layout.node(a.rows, a.columns);
  const length = a.rows * a.columns;
  return {
    node,
    step: {
      forward: ({ groups, kernels, at }) => kernels.addInto(at(a), at(b), at(node), groups * length),
      backward(machine) {
        const from = machine.slope(node);
        for (const each of [a, b]) {
          machine.addSlope(each, (to, accumulate) => {
            if (accumulate) machine.kernels.addInto(to, from, to, machine.groups * length);
            else machine.kernels.scaleInto(from, to, 1, machine.groups * length);
          });
        }
      },
    },
  };
}

/** See {@linkcode Algebra.scale}. */
export function scaleStep(layout: Layout, x: Node, factor: number): PlannedStep {
  const node = layout.node(x.rows, x.columns);
  const length = x.rows * x.columns;
  return {
    node,
    step: {
      forward: ({ groups, kernels, at }) => kernels.scaleInto(at(x), at(node), factor, groups * length),
      backward: (machine) =>
        machine.addWhole(
          x,
          (to) => machine.kernels.scaleInto(machine.slope(node), to, factor, machine.groups * length),
        ),
    },
  };
}

/** See {@linkcode Algebra.scaleGroups}. @throws RangeError if rows or columns do not fit */
export function scaleGroupsStep(layout: Layout, x: Node, scales: Node): PlannedStep {
  const { rows, columns } = x;
  const { rows: systems } = scales;
  if (rows % systems !== 0 || scales.columns !== columns || scales.slope >= 0) {
    throw new RangeError(
      `Cannot scale ${rows} rows of ${columns} by ${systems} of ${scales.columns}, which must be data`,
    );
  }
  const each = rows / systems;
  const node = layout.node(rows, columns);
  return {
    node,
    step: {
      forward: ({ groups, kernels, at }) =>
        multiplied(kernels.combine, at(x), at(scales), at(node), groups * systems, each, columns),
      backward: (machine) =>
        machine.addWhole(x, (to) => {
          const { groups, kernels, at, slope } = machine;
          multiplied(kernels.combine, slope(node), at(scales), to, groups * systems, each, columns);
        }),
    },
  };
}

type Combine = (
  kind: number,
  a: number,
  b: number,
  out: number,
  ...axes: [
    n0: number,
    n1: number,
    n2: number,
    a0: number,
    a1: number,
    a2: number,
    b0: number,
    b1: number,
    b2: number,
  ]
) => void;

function multiplied(
  combine: Combine,
  x: number,
  scales: number,
  out: number,
  groups: number,
  each: number,
  columns: number,
): void {
  combine(BINARY.Multiply, x, scales, out, groups, each, columns, each * columns, columns, 1, columns, 0, 1);
}

/** See {@linkcode Algebra.concat}. @throws RangeError for parts of other numbers of rows */
export function concatStep(layout: Layout, parts: readonly Node[]): PlannedStep {
  const { rows } = parts[0];
  if (parts.some((part) => part.rows !== rows)) throw new RangeError("Cannot put tables of other rows side by side");
  const columns = parts.reduce((sum, part) => sum + part.columns, 0);
  const node = layout.node(rows, columns);
  const places: { readonly part: Node; readonly before: number }[] = [];
  parts.reduce((before, part) => (places.push({ part, before }), before + part.columns), 0);
  return {
    node,
    step: {
      forward({ groups, kernels, at }) {
        for (const { part, before } of places) {
          const bytes = 4 * part.columns;
          kernels.copyRows(at(part), bytes, at(node) + 4 * before, 4 * columns, groups * rows, bytes);
        }
      },
      backward(machine) {
        for (const { part, before } of places) {
          const bytes = 4 * part.columns;
          const from = machine.slope(node) + 4 * before;
          machine.addWhole(
            part,
            (to) => machine.kernels.copyRows(from, 4 * columns, to, bytes, machine.groups * rows, bytes),
          );
        }
      },
    },
  };
}
