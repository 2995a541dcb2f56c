/** What a policy sees must not depend on the truth. */

import type { StatisticsViews } from "../environment/mod.ts";
import { createStream } from "../random/mod.ts";
import { graphTwins, started } from "./fixtures.ts";
import type { Check, ValidationSubject } from "./types.ts";

/** Two SCMs with other target's parents behind the same data must give the same inputs. */
export function leakCheck({ viewsOf }: ValidationSubject): Check {
  const [one, twin] = graphTwins().map((problem) => {
    const environment = started([problem]);
    for (let t = 0; t < 4; t++) {
      const action = { variable: Int32Array.of(t % 3), value: Float64Array.of(t % 2 === 0 ? -1 : 0.5) };
      environment.step(action, [createStream(8).child(t)]);
    }
    return { views: viewsOf(environment), history: environment.observation.history };
  });
  const rows = differences(one.history.values, twin.history.values);
  const inputs = VIEWS.reduce((sum, name) => sum + differences(one.views[name], twin.views[name]), 0);
  return {
    group: "inputs",
    name: "no feature depends on the true graph",
    passed: rows === 0 && inputs === 0,
    found: `${inputs} inputs and ${rows} data differ when the target's parents change behind the same data`,
  };
}

const VIEWS = ["nodes", "pairs", "present", "settable"] as const satisfies readonly (keyof StatisticsViews)[];

function differences(first: ArrayLike<number>, second: ArrayLike<number>): number {
  let count = Math.abs(first.length - second.length);
  for (let i = 0; i < Math.min(first.length, second.length); i++) if (!Object.is(first[i], second[i])) count++;
  return count;
}
