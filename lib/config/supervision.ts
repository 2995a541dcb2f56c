import { count, fraction, section } from "./fields.ts";

/** Training on simulated truth, in place of GRPO. */
export const supervisionSchema = section({
  updates: count(0).default(0).describe(
    "updates in which the general policy's posterior learns the truth about simulated systems; 0 trains by GRPO",
  ),
  stop_after: count(1).nullable().default(null).describe(
    "updates after which the run ends while its schedule goes on, for another training to start from; null: all of them",
  ),
  problems: count(1).default(24).describe("systems of an update, all of one track and size"),
  states: count(1).default(10).describe("states of each episode that are learned from, from its start to its end"),
  minibatches: count(1).default(5).describe("gradient steps of an update, each on its share of the states"),
  passes: count(1).default(2).describe("times that an update goes over its states"),
  cells: count(2).default(17).describe(
    "values of every variable that are learned from; the network is free of their number",
  ),
  asymmetry: fraction().default(0.4).describe(
    "share of the domains that reach much farther to one side, on tracks that do not say how their domains lie",
  ),
  confounding: fraction().default(0.25).describe(
    "share of the updates on systems with 1 to 6 hidden common causes, whatever their track says of those",
  ),
});
