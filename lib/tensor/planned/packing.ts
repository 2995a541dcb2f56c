/** Batches of systems divided by size, so that nothing is computed for padding. */

/** A batch of systems, padded to `width` members: variables of models. */
export interface SystemBatch {
  readonly count: number;
  readonly width: number;
  /** `[count, width]` 1 where there is a member. */
  readonly present: Float32Array;
}

/** Data about the systems of a batch: `[count · width^power · each, columns]`. */
export interface SystemTable {
  /** Whether there are rows for each system (0), for each of its members (1) or for each ordered pair of them (2). */
  readonly power: 0 | 1 | 2;
  /** Rows for each of them, 1 by default: the cells of a grid, say. */
  readonly each?: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** The systems of a batch that have one number of members. */
export interface SameSize {
  readonly size: number;
  /** Their places in the batch, in order. */
  readonly systems: readonly number[];
}

/** The systems of each size, the smallest first. */
export function partsOf({ count, width, present }: SystemBatch): readonly SameSize[] {
  const bySize = new Map<number, number[]>();
  for (let system = 0; system < count; system++) {
    const size = sizeOf(present, system * width, width);
    const known = bySize.get(size);
    if (known === undefined) bySize.set(size, [system]);
    else known.push(system);
  }
  return [...bySize].sort(([a], [b]) => a - b).map(([size, systems]) => ({ size, systems }));
}

/** @throws RangeError if members do not stand before the padding */
function sizeOf(present: Float32Array, from: number, width: number): number {
  let size = 0;
  while (size < width && present[from + size] > 0) size++;
  for (let i = size; i < width; i++) {
    if (present[from + i] > 0) throw new RangeError("The members of a system must stand before its padding");
  }
  if (size === 0) throw new RangeError("Cannot compute anything about a system without members");
  return size;
}

/** Copies the rows of some systems without their padding. @param width members that each system has in the table */
export function packInto(
  out: Float32Array,
  to: number,
  { power, each = 1, columns, data }: SystemTable,
  width: number,
  { size, systems }: SameSize,
): void {
  const stride = width ** power * each * columns;
  // Rows of a pair are apart where there is padding; all others are one run.
  const runs = power === 2 ? size : 1;
  const length = (power === 2 ? size : size ** power) * each * columns;
  const apart = width * each * columns;
  let at = to;
  for (const system of systems) {
    for (let run = 0; run < runs; run++) {
      const from = system * stride + run * apart;
      out.set(data.subarray(from, from + length), at);
      at += length;
    }
  }
}
