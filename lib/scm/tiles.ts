/** Sampling through mechanisms of any kind: a tile of rows at a time, each variable as one column. */

import { FREE, PERFECT } from "./interventions.ts";
import type { RowsKernel } from "./linear.ts";
import type { ColumnKernel } from "./mechanisms/kind.ts";
import { compileMechanism } from "./mechanisms/registry.ts";
import type { Noise, Scm } from "./types.ts";

/** Rows of a tile. */
const TILE_ROWS = 64;

/** One column for each variable, and the kernels that fill them from their parents' columns. */
export interface Columns {
  /** `[variables]` columns of the given length. */
  readonly columns: readonly Float64Array[];
  /** `[variables]` */
  readonly kernels: readonly ColumnKernel[];
}

/** Allocates the columns of an SCM and binds its mechanisms to them. */
export function bindColumns(scm: Scm, rows: number): Columns {
  const cells = new Float64Array(rows * scm.variables.length);
  const columns = scm.variables.map((_, v) => cells.subarray(v * rows, (v + 1) * rows));
  const kernels = scm.variables.map(({ mechanism, parents }, v) =>
    compileMechanism(mechanism, {
      parents: parents.map((p) => columns[p]),
      names: parents.map((p) => scm.variables[p].name),
      out: columns[v],
    })
  );
  return { columns, kernels };
}

/**
 * Adds a variable's noise to the mechanism's values in its column.
 * @param draws standardised noise, of which row r stands at `start + r·stride`
 */
export function addNoiseInto(
  column: Float64Array,
  { scale, combination }: Noise,
  draws: { readonly noise: Float64Array; readonly start: number; readonly stride: number },
  rows: number,
): void {
  const { noise, start, stride } = draws;
  if (combination === "additive") {
    for (let r = 0; r < rows; r++) column[r] += scale * noise[start + r * stride];
  } else {
    for (let r = 0; r < rows; r++) column[r] *= 1 + scale * noise[start + r * stride];
  }
}

/** The kernel of an SCM with mechanisms of any kind. */
export function compileTiles(scm: Scm): RowsKernel {
  const n = scm.variables.length;
  const { columns, kernels } = bindColumns(scm, TILE_ROWS);
  const noises = scm.variables.map(({ noise }) => noise);
  return (cells, base, rows, { kinds, values }) => {
    for (let from = 0; from < rows; from += TILE_ROWS) {
      const count = Math.min(TILE_ROWS, rows - from);
      const start = base + from * n;
      for (const v of scm.order) {
        const column = columns[v];
        if (kinds[v] === PERFECT) {
          column.fill(values[v], 0, count);
        } else {
          kernels[v](count);
          addNoiseInto(column, noises[v], { noise: cells, start: start + v, stride: n }, count);
          if (kinds[v] !== FREE) { for (let r = 0; r < count; r++) column[r] += values[v]; }
        }
        for (let r = 0; r < count; r++) cells[start + r * n + v] = column[r];
      }
    }
  };
}
