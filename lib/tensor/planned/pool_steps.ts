/** Messages between rows and pools over rows as steps of a plan. */

import type { Layout, Node, PlannedStep } from "./contracts.ts";

/** Floats that one instruction handles: numbers of channels of messages and pools in a plan are multiples of it. */
export const PLANNED_MULTIPLE = 4;

function checkLanes(what: string, columns: number): void {
  if (columns % PLANNED_MULTIPLE !== 0) {
    throw new RangeError(`Cannot plan ${what} of ${columns} channels: no multiple of ${PLANNED_MULTIPLE}`);
  }
}

/** See {@linkcode Algebra.pairMessages}. */
export function messagesStep(layout: Layout, receiver: Node, sender: Node, pair: Node, present: Node): PlannedStep {
  const { rows: systems, columns: n } = present;
  const channels = receiver.columns;
  checkLanes("messages", channels);
  const node = layout.node(systems * n, 2 * channels);
  return {
    node,
    step: {
      forward({ groups, kernels, at }) {
        const all = groups * systems;
        kernels.pairMessages(at(receiver), at(sender), at(pair), at(present), at(node), all, n, channels);
      },
      backward(machine) {
        const { kernels, at, slope } = machine;
        machine.addWhole(
          receiver,
          (toReceiver) =>
            machine.addWhole(sender, (toSender) =>
              machine.addWhole(pair, (toPair) =>
                kernels.pairMessagesGradient(
                  at(receiver),
                  at(sender),
                  at(pair),
                  at(present),
                  at(node),
                  slope(node),
                  toReceiver,
                  toSender,
                  toPair,
                  machine.groups * systems,
                  n,
                  channels,
                ))),
        );
      },
    },
  };
}

/** See {@linkcode Algebra.pool}. */
export function poolStep(layout: Layout, x: Node, present: Node): PlannedStep {
  const { rows: systems, columns: n } = present;
  checkLanes("a pool", x.columns);
  if (x.rows !== systems * n) throw new RangeError(`Cannot pool ${x.rows} rows in ${systems} groups of ${n}`);
  const node = layout.node(systems, 2 * x.columns);
  return {
    node,
    step: {
      forward: ({ groups, kernels, at }) =>
        kernels.poolVariables(at(x), at(present), at(node), groups * systems, n, x.columns),
      backward(machine) {
        const { groups, kernels, at, slope } = machine;
        const sizes = [groups * systems, n, x.columns] as const;
        machine.addWhole(
          x,
          (to) => kernels.poolVariablesGradient(at(x), at(present), at(node), slope(node), to, ...sizes),
        );
      },
    },
  };
}
