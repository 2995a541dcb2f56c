/** What a plan runs on: a backend with the blocks of one run. */

import type * as tf from "@tensorflow/tfjs-core";
import type { Output, SimdBackend } from "../simd/backend.ts";
import { multiplyInto } from "../simd/matmul.ts";
import type { Machine, Node, Plan } from "./contracts.ts";

/** The machine of one run. */
export function createMachine(
  backend: SimdBackend,
  plan: Plan,
  groups: number,
  values: Float32Array,
  slopes: Float32Array | null,
  parameters: readonly tf.Variable[],
  gradients: (Output | undefined)[],
): Machine {
  const { arena } = backend;
  const written = new Set<Node>();
  const pointers = new Int32Array(parameters.length).fill(-1);
  const withRoom = (length: number, use: (at: number) => void) => {
    const block = arena.allocate(length);
    use(block.byteOffset);
    arena.free(block);
  };
  const slopeAt = (node: Node) => {
    if (slopes === null) throw new RangeError("A plan that only runs forward has no slopes");
    return slopes.byteOffset + 4 * groups * node.slope;
  };
  const machine: Machine = {
    groups,
    kernels: arena.kernels,
    at: (node) => values.byteOffset + 4 * groups * (typeof node === "number" ? node : node.value),
    slope: slopeAt,
    parameter(index) {
      if (pointers[index] < 0) pointers[index] = backend.pointerOf(parameters[index]);
      return pointers[index];
    },
    addSlope(node, write) {
      if (node.slope < 0) return;
      write(slopeAt(node), written.has(node));
      written.add(node);
    },
    hasSlope: (node) => written.has(node),
    addWhole(node, write) {
      if (node.slope < 0) return;
      const to = slopeAt(node);
      if (!written.has(node)) {
        write(to);
        written.add(node);
        return;
      }
      const length = groups * node.rows * node.columns;
      withRoom(length, (room) => {
        write(room);
        arena.kernels.addInto(to, room, to, length);
      });
    },
    addGradient(index, write) {
      const known = gradients[index];
      const out = known ?? backend.output(parameters[index].shape);
      gradients[index] = out;
      write(out.pointer, known !== undefined);
    },
    multiply(a, b, c, [m, n, k], transposed, accumulate) {
      multiplyInto(backend, a, b, c, m, n, k, transposed === "left", transposed === "right", accumulate);
    },
    withRoom,
  };
  written.add(plan.output);
  return machine;
}
