/** Tuned parameters of the baselines: one file for each track, one entry for each number of variables. */

import { basename, dirname } from "node:path";
import { stringify } from "yaml";
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
import { configError, parseYaml, projectPath, shippedPath, validate } from "../input/mod.ts";
import { writeFileAtomic } from "../runs/mod.ts";

const tunedSchema = z.strictObject({
  track: z.string(),
  problems: z.record(z.string(), z.int().min(1)),
  sizes: z.record(z.string().regex(/^\d+$/), z.record(z.string(), z.record(z.string(), z.number()))),
});

/** The settings of each baseline, tuned for each number of variables of a track. */
export interface TunedBaselines {
  readonly track: string;
  /** By baseline: the validation problems of each size that its settings were tried on, the fewest if sizes differ. */
  readonly problems: Readonly<Record<string, number>>;
  /** By number of variables, then by baseline. */
  readonly sizes: Readonly<Record<string, Readonly<Record<string, ParameterPoint>>>>;
}

/** Where the tuned parameters of a track are kept. */
export function tunedFile(track: string): string {
  return shippedPath("baselines", `${track}.yaml`);
}

/** Where `deno task tune` writes unless what it finds is published. */
export function ownTunedFile(track: string): string {
  return projectPath("results", "baselines", `${track}.yaml`);
}

/**
 * The tuned parameters of a track: those that ship, or else those that `deno task tune` found here.
 * @param warn called for a track that has none, whose baselines then play with their default settings
 * @throws ConfigError if the track has none and nobody is to be warned, saying which command makes them
 */
export function readTuned(track: string, warn?: (note: string) => void): TunedBaselines {
  const tuned = readTunedFile(tunedFile(track)) ?? readTunedFile(ownTunedFile(track));
  if (tuned !== null) return tuned;
  const message = `no baselines are tuned there; deno task tune ${track} does it`;
  if (warn === undefined) throw configError(`configs/baselines/${track}.yaml`, "", message);
  warn(`configs/baselines/${track}.yaml: ${message}. They play with their default settings`);
  return { track, problems: {}, sizes: {} };
}

/**
 * Adds tuned parameters to those of a file.
 * @param published what a file that does not exist yet begins with
 */
export function keepTuned(file: string, published: string, added: TunedBaselines): void {
  const kept = readTunedFile(file) ?? readTunedFile(published);
  Deno.mkdirSync(dirname(file), { recursive: true });
  writeFileAtomic(file, formatTuned(kept === null ? added : mergeTuned(kept, added)));
}

/**
 * The tuned parameters in a file; null if there is no such file.
 * @throws ConfigError for a baseline that does not exist, or that has other parameters
 */
function readTunedFile(file: string): TunedBaselines | null {
  let text: string;
  try {
    text = Deno.readTextFileSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const { data, locate } = parseYaml(text, file);
  const tuned = validate(tunedSchema, data, locate);
  for (const [size, points] of Object.entries(tuned.sizes)) {
    for (const [name, point] of Object.entries(points)) {
      const names = Object.keys(baselineGrid(name)[0]);
      if (names.length === Object.keys(point).length && names.every((own) => point[own] !== undefined)) continue;
      throw configError(
        basename(file),
        `sizes.${size}.${name}`,
        `it takes ${
          names.join(", ") || "no parameters"
        }; deno task tune ${tuned.track} --baselines ${name} tunes it again`,
      );
    }
  }
  return tuned;
}

/**
 * The settings of `added` in the place of those of `kept` for the same size and baseline; all others stay.
 * @throws ConfigError if they are of different tracks
 */
export function mergeTuned(kept: TunedBaselines, added: TunedBaselines): TunedBaselines {
  if (kept.track !== added.track) {
    throw configError(
      `configs/baselines/${kept.track}.yaml`,
      "track",
      `settings that were tuned on ${added.track} have no place there`,
    );
  }
  const stays = (name: string) =>
    Object.entries(kept.sizes).some(([n, own]) => own[name] !== undefined && added.sizes[n]?.[name] === undefined);
  const problems = Object.entries(added.problems).map(([name, count]) => {
    return [name, stays(name) ? Math.min(count, kept.problems[name]) : count] as const;
  });
  const names = new Set([...Object.keys(kept.sizes), ...Object.keys(added.sizes)]);
  const sizes = [...names].toSorted((a, b) => Number(a) - Number(b));
  return {
    track: kept.track,
    problems: { ...kept.problems, ...Object.fromEntries(problems) },
    sizes: Object.fromEntries(sizes.map((n) => [n, { ...kept.sizes[n], ...added.sizes[n] }])),
  };
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
  return `# Made by: deno task tune ${tuned.track} --publish\n${
    stringify(tuned, { lineWidth: 0, collectionStyle: "any" })
  }`;
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
