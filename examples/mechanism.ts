/**
 * A kind of mechanism of one's own: `X := intercept + Σ amplitude·sin(frequency·parent + phase) + ε`.
 *
 * One record says how it is written, checked, computed, shown and drawn; `registerMechanism` makes it known. From then on SCM files
 * may hold it, it is sampled, its truth is computed, and random SCMs are made of it. To put it into the library instead, move
 * this record to `lib/scm/mechanisms/sine.ts` and name it in the list of `lib/scm/mechanisms/registry.ts`.
 *
 *     deno run -A examples/mechanism.ts
 */

import { z } from "zod";
import { baselineGrid, baselinePolicy, evaluate, heldOutProblems } from "../lib/evaluation/mod.ts";
import { createStream } from "../lib/random/mod.ts";
import {
  formatEquations,
  LINEAR_DISTRIBUTION,
  type MechanismKind,
  outcomeModel,
  parseScm,
  registerMechanism,
  type Scm,
  type ScmDistribution,
  ScmError,
} from "../lib/scm/mod.ts";

/** One wave for each parent. */
export interface SineMechanism {
  readonly kind: "sine";
  readonly intercept: number;
  readonly waves: readonly Wave[];
}

interface Wave {
  readonly amplitude: number;
  readonly frequency: number;
  readonly phase: number;
}

// What the type system is told; `registerMechanism` tells the program.
declare module "../lib/scm/mechanisms/registry.ts" {
  interface ForeignMechanisms {
    readonly sine: SineMechanism;
  }
}

export const sine: MechanismKind<SineMechanism, Record<string, Wave>> = {
  kind: "sine",
  key: "sine",
  schema: z.record(
    z.string(),
    z.strictObject({ amplitude: z.number(), frequency: z.number(), phase: z.number().default(0) }),
  ),
  read(entry, { intercept = 0, keys }) {
    return { parents: keys, mechanism: { kind: "sine", intercept, waves: keys.map((key) => entry[key]) } };
  },
  write({ intercept, waves }, parents) {
    return { intercept, sine: new Map(parents.map((name, i) => [name, { ...waves[i] }])) };
  },
  check({ intercept, waves }, { where, parents }) {
    if (waves.length !== parents.length) {
      throw new ScmError(`${where}: ${waves.length} waves for ${parents.length} parents`);
    }
    if (![intercept, ...waves.flatMap((wave) => Object.values(wave))].every(Number.isFinite)) {
      throw new ScmError(`${where}: a number of its waves is not finite`);
    }
  },
  compile({ intercept, waves }, { parents, out }) {
    return (rows) => {
      out.fill(intercept, 0, rows);
      waves.forEach(({ amplitude, frequency, phase }, i) => {
        const parent = parents[i];
        for (let r = 0; r < rows; r++) out[r] += amplitude * Math.sin(frequency * parent[r] + phase);
      });
    };
  },
  terms({ intercept, waves }, parents) {
    const wave = ({ amplitude, frequency, phase }: Wave, i: number) =>
      `${amplitude}·sin(${frequency}·${parents[i]}${phase === 0 ? "" : ` + ${phase}`})`;
    return [...(intercept === 0 ? [] : [String(intercept)]), ...waves.map(wave)];
  },
  /** About one wave over the range in which the pilot simulation saw the parent, as strong as a linear effect would be. */
  draw({ intercept, weights, parents, stream }) {
    const waves = parents.map((column, i) => {
      const low = column.reduce((a, b) => Math.min(a, b)), high = column.reduce((a, b) => Math.max(a, b));
      const frequency = stream.uniformIn(0.5, 1.5) * 2 * Math.PI / (high - low);
      return { amplitude: weights[i] * (high - low) / 4, frequency, phase: stream.uniformIn(0, 2 * Math.PI) };
    });
    return { kind: "sine", intercept, waves };
  },
};

registerMechanism(sine);

/** An SCM file with the new key. */
export const FILE = `
name: tide
objective: maximize
target: level
variables:
  moon: { domain: [-4, 4] }
  water: { linear: { moon: 1 }, noise: 0.5, domain: [-1, 1] }
  level: { intercept: 1, sine: { water: { amplitude: 2, frequency: 1.5 } }, noise: 0.2 }
`;

/** Reads {@linkcode FILE}. */
export function tide(): Scm {
  return parseScm(FILE, "tide.yaml");
}

/** Random SCMs whose mechanisms are all sines. */
export const WAVES: ScmDistribution = { ...LINEAR_DISTRIBUTION, mechanisms: { sine: 1 }, minimumGain: 0.1 };

/** Mean normalised value of two methods over episodes of ten interventions on random SCMs of sines. */
export function play(problems: number): Readonly<Record<"random" | "blr-obs-ucb", number>> {
  const stream = createStream(1);
  const drawn = heldOutProblems(WAVES, "test", problems, stream.child("problems"));
  const meanValue = (name: string) => {
    const { normalised } = evaluate(baselinePolicy(name, baselineGrid(name)[0]), drawn, {
      method: name,
      episode: { observationalRows: 20, interventionalRows: 0, horizon: 10, rowsPerIntervention: 1 },
      stream: stream.child("episodes"),
      mode: "sample",
    });
    return normalised.reduce((sum, value) => sum + value, 0) / normalised.length;
  };
  return { "random": meanValue("random"), "blr-obs-ucb": meanValue("blr-obs-ucb") };
}

if (import.meta.main) {
  const { best } = outcomeModel(tide());
  const lines = [
    ...formatEquations(tide()),
    `best: do(${tide().variables[best.variable].name} = ${best.value.toFixed(4)}), expected level ${
      best.outcome.toFixed(4)
    }`,
    `mean normalised value on 64 random SCMs of sines: ${JSON.stringify(play(64))}`,
  ];
  await Deno.stdout.write(new TextEncoder().encode(`${lines.join("\n")}\n`));
}
