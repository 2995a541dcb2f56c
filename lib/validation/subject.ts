/** The library's own parts. */

import { statisticsViews } from "../environment/mod.ts";
import { createStatisticsPolicy } from "../policy/mod.ts";
import { createReward } from "../reward/mod.ts";
import type { ValidationSubject } from "./types.ts";

/** What is validated unless a part is replaced; the policy is a small one. */
export function librarySubject(): ValidationSubject {
  return {
    createReward,
    viewsOf: ({ observation }) => statisticsViews(observation),
    createPolicy: (stream) =>
      createStatisticsPolicy({
        width: 16,
        layers: 1,
        heads: 1,
        dropout: 0,
        view: { responsePoints: 0 },
        annealFrom: 1,
        valueHead: { kind: "categorical", levels: 3 },
      }, stream),
  };
}
