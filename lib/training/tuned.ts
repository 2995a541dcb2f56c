/** Tuned parameters of the baselines: one file for each track, one entry for each number of variables. */

import { parse, stringify } from "yaml";
import { z } from "zod";
import {
  baselineGrid,
  baselinePolicy,
  type EpisodeRecords,
  evaluate,
  type EvaluationOptions,
  type EvaluationProblem,
  mergeRecords,
} from "../evaluation/mod.ts";
import { observedVariables } from "../environment/mod.ts";
import { BELIEVING_BASELINES, type ParameterPoint } from "../policy/mod.ts";
import { createExactSurrogate } from "../surrogate/mod.ts";
import { configError } from "../config/mod.ts";

const FOLDER = new URL("../../configs/baselines/", import.meta.url);

const tunedSchema = z.strictObject({
  track: z.string(),
  /** Validation problems of each size that every grid point was tried on. */
  problems: z.int().min(1),
  sizes: z.record(z.string().regex(/^\d+$/), z.record(z.string(), z.record(z.string(), z.number()))),
});

export interface TunedBaselines {
  readonly track: string;
  readonly problems: number;
  /** By number of variables, then by baseline. */
  readonly sizes: Readonly<Record<string, Readonly<Record<string, ParameterPoint>>>>;
}

/** Where the tuned parameters of a track are kept. */
export function tunedFile(track: string): URL {
  return new URL(`${track}.yaml`, FOLDER);
}

/**
 * The tuned parameters of a track.
 * @throws ConfigError if the track has none, saying which command makes them
 */
export function readTuned(track: string): TunedBaselines {
  try {
    return tunedSchema.parse(parse(Deno.readTextFileSync(tunedFile(track))));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw configError(
      `configs/baselines/${track}.yaml`,
      "",
      `no baselines are tuned there; deno task tune ${track} does it`,
    );
  }
}

/**
 * The settings of `added` in the place of those of `kept` for the same size and baseline.
 * @throws ConfigError if they come from different numbers of problems: one file says one number
 */
export function mergeTuned(kept: TunedBaselines, added: TunedBaselines): TunedBaselines {
  if (kept.track !== added.track || kept.problems !== added.problems) {
    throw configError(
      `configs/baselines/${kept.track}.yaml`,
      "problems",
      `it holds settings from ${kept.problems} problems of each size, these come from ${added.problems} of ${added.track}`,
    );
  }
  const names = new Set([...Object.keys(kept.sizes), ...Object.keys(added.sizes)]);
  const sizes = [...names].toSorted((a, b) => Number(a) - Number(b));
  return { ...kept, sizes: Object.fromEntries(sizes.map((n) => [n, { ...kept.sizes[n], ...added.sizes[n] }])) };
}

/** The text of a file of tuned parameters, in which equal settings of a baseline are written once. */
export function formatTuned({ sizes, ...rest }: TunedBaselines): string {
  const known = new Map<string, ParameterPoint>();
  const once = (name: string, point: ParameterPoint) => {
    const key = `${name} ${JSON.stringify(point)}`;
    known.set(key, known.get(key) ?? point);
    return known.get(key) ?? point;
  };
  const shared = Object.entries(sizes).map(([size, points]) => {
    return [size, Object.fromEntries(Object.entries(points).map(([name, point]) => [name, once(name, point)]))];
  });
  const tuned = { ...rest, sizes: Object.fromEntries(shared) };
  return `# Made by: deno task tune ${tuned.track}\n${stringify(tuned, { lineWidth: 0, collectionStyle: "any" })}`;
}

/** The parameters tuned for the nearest number of variables; the smaller one of two that are equally near. */
export function tunedPoint(tuned: TunedBaselines, name: string, size: number): ParameterPoint {
  const known = Object.keys(tuned.sizes).map(Number).filter((n) => tuned.sizes[String(n)][name] !== undefined);
  if (known.length === 0) return baselineGrid(name)[0];
  const nearest = known.reduce((best, n) => Math.abs(n - size) < Math.abs(best - size) ? n : best);
  return tuned.sizes[String(nearest)][name];
}

/**
 * Plays a baseline with the parameters that are tuned for each problem's number of variables; one that plays on beliefs, on
 * the exact posterior with its default parameters.
 * @throws RangeError for problems with more variables than the exact posterior takes
 */
export function evaluateTuned(
  name: string,
  tuned: TunedBaselines,
  problems: readonly EvaluationProblem[],
  options: Omit<EvaluationOptions, "method">,
): EpisodeRecords {
  if (Object.hasOwn(BELIEVING_BASELINES, name)) return evaluateBelieving(name, problems, options);
  const groups = new Map<string, { readonly point: ParameterPoint; readonly indices: number[] }>();
  problems.forEach((problem, p) => {
    const point = tunedPoint(tuned, name, observedVariables(problem).length);
    const key = JSON.stringify(point);
    const group = groups.get(key) ?? { point, indices: [] };
    group.indices.push(p);
    groups.set(key, group);
  });
  const parts = [...groups.values()].map(({ point, indices }) => ({
    indices,
    records: evaluate(baselinePolicy(name, point), indices.map((p) => problems[p]), { ...options, method: name }),
  }));
  return mergeRecords(parts, problems.length);
}

function evaluateBelieving(
  name: string,
  problems: readonly EvaluationProblem[],
  options: Omit<EvaluationOptions, "method" | "surrogate">,
): EpisodeRecords {
  const { create, grid, draws } = BELIEVING_BASELINES[name];
  const surrogate = createExactSurrogate({ draw: draws });
  return evaluate(create(grid[0]), problems, { ...options, method: name, surrogate });
}
