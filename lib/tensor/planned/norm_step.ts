/** Layer norm as a step of a plan. */

import { NORM_EPSILON } from "../attention.ts";
import type { Layout, Node, PlannedStep } from "./contracts.ts";

/** See {@linkcode Algebra.layerNorm}. */
export function layerNormStep(layout: Layout, x: Node, scaleName: string, shiftName: string): PlannedStep {
  const { rows, columns } = x;
  const [scale, shift] = [layout.parameter(scaleName), layout.parameter(shiftName)];
  const node = layout.node(rows, columns);
  const moments = layout.keep(2 * rows);
  return {
    node,
    step: {
      forward({ groups, kernels, at, parameter }) {
        const [scaleAt, shiftAt] = [parameter(scale.index), parameter(shift.index)];
        kernels.layerNorm(at(x), scaleAt, shiftAt, at(node), at(moments), groups * rows, columns, NORM_EPSILON);
      },
      backward(machine) {
        const { groups, kernels, at, slope, parameter } = machine;
        const all = groups * rows;
        const length = all * columns;
        machine.withRoom(length + 2 * columns + 8, (room) => {
          const [toScale, toShift] = [room + 4 * length, room + 4 * (length + columns)];
          const from = [at(x), parameter(scale.index), at(moments), slope(node)] as const;
          kernels.layerNormGradient(...from, room, toScale, toShift, all, columns);
          machine.addSlope(x, (to, accumulate) => {
            if (accumulate) kernels.addInto(to, room, to, length);
            else kernels.scaleInto(room, to, 1, length);
          });
          for (const [{ index }, own] of [[scale, toScale], [shift, toShift]] as const) {
            machine.addGradient(index, (to, accumulate) => {
              if (accumulate) kernels.addInto(to, own, to, columns);
              else kernels.scaleInto(own, to, 1, columns);
            });
          }
        });
      },
    },
  };
}
