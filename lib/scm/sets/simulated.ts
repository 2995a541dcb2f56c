/** The expected target of any SCM under sets of interventions by simulation, and members' values by coordinate search. */

import type { Simulation } from "../simulation.ts";
import type { Assignment, Intervention, Scm, ValuedSet } from "../types.ts";
import type { SetObjective } from "./search.ts";

/** How closely values are searched. */
export interface ValueSearch {
  /** Values of an interval that are looked at first, both ends among them. */
  readonly points: number;
  /** Rounds of golden-section search around the best of them; each narrows the place by 0.62. */
  readonly refinements: number;
  /** Most rounds over all members. */
  readonly sweeps: number;
}

const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** A gain below this share of what is compared is rounding. */
const NEGLIGIBLE = 1e-9;

/** Values of members are improved one after another while the rest stay, over a grid and then around its best point. */
export function simulatedSets(
  scm: Scm,
  simulation: Simulation,
  kind: Assignment["kind"],
  { points, refinements, sweeps }: ValueSearch,
): SetObjective {
  const grids = scm.variables.map(({ domain }) => {
    if (domain === null) return [];
    if (domain.kind === "values") return domain.values;
    const { low, high } = domain;
    return Array.from({ length: points }, (_, k) => k === points - 1 ? high : low + (high - low) * k / (points - 1));
  });

  /** The best value of one variable while `rest` is set, and its outcome. */
  function bestOnLine(rest: Intervention, variable: number, sign: number): { value: number; outcome: number } {
    const mean = simulation.meanBeside(rest, variable, kind);
    const grid = grids[variable];
    let best = { value: grid[0], outcome: mean(grid[0]) };
    let place = 0;
    for (let k = 1; k < grid.length; k++) {
      const outcome = mean(grid[k]);
      if (sign * outcome > sign * best.outcome) [best, place] = [{ value: grid[k], outcome }, k];
    }
    if (scm.variables[variable].domain?.kind === "values") return best;
    let [low, high] = [grid[Math.max(0, place - 1)], grid[Math.min(grid.length - 1, place + 1)]];
    for (let round = 0; round < refinements; round++) {
      const [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
      const [atLeft, atRight] = [mean(left), mean(right)];
      for (const [value, outcome] of [[left, atLeft], [right, atRight]]) {
        if (sign * outcome > sign * best.outcome) best = { value, outcome };
      }
      if (sign * atLeft > sign * atRight) high = right;
      else low = left;
    }
    return best;
  }

  return {
    expected: (intervention) => simulation.mean(intervention),
    bestAddition(rest, variable, sign) {
      const { value, outcome } = bestOnLine(rest, variable, sign);
      return { intervention: [...rest, { variable, value, kind }], outcome };
    },
    bestValues(members, sign, near) {
      let found: ValuedSet = near === undefined
        ? members.reduce<ValuedSet>(
          ({ intervention }, variable) => this.bestAddition(intervention, variable, sign),
          { intervention: [], outcome: NaN },
        )
        : { intervention: near, outcome: simulation.mean(near) };
      for (let sweep = 0; sweep < sweeps && members.length > 1; sweep++) {
        const before = found.outcome;
        for (const variable of members) {
          const rest = found.intervention.filter((each) => each.variable !== variable);
          const { value, outcome } = bestOnLine(rest, variable, sign);
          if (!(sign * outcome > sign * found.outcome)) continue;
          const moved = found.intervention.map((each) => each.variable === variable ? { ...each, value } : each);
          found = { intervention: moved, outcome };
        }
        if (sign * (found.outcome - before) <= NEGLIGIBLE * Math.abs(found.outcome)) break;
      }
      return found;
    },
  };
}
