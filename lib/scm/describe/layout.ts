/** Where the variables of an SCM stand in a drawing: causes above their effects (Sugiyama, Tagawa & Toda 1981). */

import type { Scm } from "../types.ts";

/** Columns and rows are counted in steps; the columns of a row are centred around 0. */
export interface Place {
  readonly column: number;
  readonly row: number;
}

/** Places of the variables, and the places between them that the edges pass through. */
export interface GraphLayout {
  /** `[variables]` a row is the length of the longest path from a root. */
  readonly places: readonly Place[];
  /** `via` holds one place for each row that the edge crosses, so that it passes between the variables there. */
  readonly edges: readonly { readonly from: number; readonly to: number; readonly via: readonly Place[] }[];
}

const SWEEPS = 12;

/** Rows by the longest path; within a row an order that lets few edges cross, by the mean place of the neighbours. */
export function graphLayout(scm: Scm): GraphLayout {
  const n = scm.variables.length;
  const row = new Array<number>(n).fill(0);
  for (const v of scm.order) row[v] = Math.max(0, ...scm.variables[v].parents.map((p) => row[p] + 1));
  const above: number[][] = row.map(() => []), below: number[][] = row.map(() => []);
  const join = (upper: number, lower: number) => {
    below[upper].push(lower);
    above[lower].push(upper);
  };
  /** A point of an edge in a row that it crosses. */
  const addPoint = (at: number) => {
    above.push([]);
    below.push([]);
    return row.push(at) - 1;
  };
  const edges = scm.variables.flatMap(({ parents }, to) =>
    parents.map((from) => {
      const points = Array.from({ length: row[to] - row[from] - 1 }, (_, k) => addPoint(row[from] + 1 + k));
      [from, ...points].forEach((upper, k) => join(upper, points[k] ?? to));
      return { from, to, points };
    })
  );
  const column = orderColumns(row, above, below);
  const place = (v: number): Place => ({ column: column[v], row: row[v] });
  return {
    places: Array.from({ length: n }, (_, v) => place(v)),
    edges: edges.map(({ from, to, points }) => ({ from, to, via: points.map(place) })),
  };
}

function orderColumns(
  row: readonly number[],
  above: readonly (readonly number[])[],
  below: readonly (readonly number[])[],
): number[] {
  const layers: number[][] = [];
  row.forEach((r, v) => (layers[r] ??= []).push(v));
  const column = new Array<number>(row.length).fill(0);
  const spread = (layer: readonly number[]) => layer.forEach((v, i) => column[v] = i - 0.5 * (layer.length - 1));
  layers.forEach(spread);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    for (const layer of down ? layers : layers.toReversed()) {
      const wish = new Map(layer.map((v) => [v, meanColumn((down ? above : below)[v], column, column[v])]));
      layer.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0) || a - b);
      spread(layer);
    }
  }
  return column;
}

function meanColumn(neighbours: readonly number[], column: readonly number[], otherwise: number): number {
  return neighbours.length === 0 ? otherwise : neighbours.reduce((sum, v) => sum + column[v], 0) / neighbours.length;
}
