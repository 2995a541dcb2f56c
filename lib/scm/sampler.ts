/** Sampling from an SCM, observational or under an intervention, with one row of noise after another. */

import type { Stream } from "../random/mod.ts";
import { applyInto, checkSetting, clearInto, FREE, freeSettings, intervalBounds, PERFECT } from "./interventions.ts";
import { compileLinear, isLinear } from "./linear.ts";
import { compileNoise } from "./noise.ts";
import { compileTiles } from "./tiles.ts";
import type { Intervention, Scm } from "./types.ts";

/**
 * An SCM prepared for repeated sampling. Every variable's noise is drawn whether it is intervened on or not, row after
 * row and by label within a row: equal streams give common random numbers under different interventions, and a batch of
 * rows is the same as its rows drawn one by one. A sampler owns scratch memory: it is not for two threads at once.
 */
export interface Sampler {
  /**
   * One row into `out[offset … offset + variables − 1]`.
   * @param variable perfect intervention `do(variable = value)`; −1 for an observation
   * @throws ScmError for a variable that cannot be set, or a value outside its domain
   */
  rowInto(out: Float64Array, stream: Stream, variable: number, value: number, offset?: number): void;
  /**
   * `[rows, variables]`, row after row.
   * @throws ScmError as {@linkcode rowInto}, or if `out` is too short
   */
  rowsInto(out: Float64Array, rows: number, intervention: Intervention, stream: Stream): void;
  /** The same numbers as {@linkcode rowsInto} as `[variables, rows]`, one variable after another. */
  columnsInto(out: Float64Array, rows: number, intervention: Intervention, stream: Stream): void;
}

/** Numbers worked on at a time: 32 KiB. */
const CHUNK_CELLS = 4096;

/** Prepares an SCM for sampling. */
export function compileSampler(scm: Scm): Sampler {
  const n = scm.variables.length;
  const fillNoise = compileNoise(scm.variables.map(({ noise }) => noise.distribution));
  const transform = isLinear(scm) ? compileLinear(scm) : compileTiles(scm);
  const settings = freeSettings(n);
  const { low, high } = intervalBounds(scm);
  /** Rows worked on at a time, so that they stay in the first-level cache. */
  const chunk = Math.max(1, Math.floor(CHUNK_CELLS / n));
  let scratch: Float64Array | undefined;

  /** Runs `sample` under an intervention and frees its variables whatever happens. */
  function under(intervention: Intervention, sample: () => void): void {
    try {
      applyInto(settings, scm, intervention);
      sample();
    } finally {
      clearInto(settings, intervention);
    }
  }

  return {
    rowInto(out, stream, variable, value, offset = 0) {
      fillNoise(out, offset, 1, stream);
      if (variable < 0) return transform(out, offset, 1, settings);
      if (!(value >= low[variable] && value <= high[variable])) checkSetting(scm, variable, value);
      settings.kinds[variable] = PERFECT;
      settings.values[variable] = value;
      transform(out, offset, 1, settings);
      settings.kinds[variable] = FREE;
    },
    rowsInto(out, rows, intervention, stream) {
      checkRoom(out, rows, n);
      under(intervention, () => {
        for (let from = 0; from < rows; from += chunk) {
          const count = Math.min(chunk, rows - from);
          fillNoise(out, from * n, count, stream);
          transform(out, from * n, count, settings);
        }
      });
    },
    columnsInto(out, rows, intervention, stream) {
      checkRoom(out, rows, n);
      const cells = scratch ??= new Float64Array(chunk * n);
      under(intervention, () => {
        for (let from = 0; from < rows; from += chunk) {
          const count = Math.min(chunk, rows - from);
          fillNoise(cells, 0, count, stream);
          transform(cells, 0, count, settings);
          for (let v = 0; v < n; v++) {
            for (let r = 0; r < count; r++) out[v * rows + from + r] = cells[r * n + v];
          }
        }
      });
    },
  };
}

/**
 * Rows of an SCM as `[rows, variables]`.
 * @throws ScmError for an intervention that the SCM does not allow
 */
export function sampleRows(scm: Scm, rows: number, intervention: Intervention, stream: Stream): Float64Array {
  const out = new Float64Array(rows * scm.variables.length);
  compileSampler(scm).rowsInto(out, rows, intervention, stream);
  return out;
}

function checkRoom(out: Float64Array, rows: number, variables: number): void {
  if (!Number.isInteger(rows) || rows < 0 || out.length < rows * variables) {
    throw new RangeError(`Cannot write ${rows} rows of ${variables} variables into an array of ${out.length} numbers`);
  }
}
