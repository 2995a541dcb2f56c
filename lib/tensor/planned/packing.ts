/** Batches of systems divided by size, so that little is computed for padding. */

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

/** Systems of a batch that are computed together. */
export interface Part {
  /** Members of the largest of them, to which the others are padded. */
  readonly size: number;
  /** Their places in the batch, and their own numbers of members. */
  readonly systems: readonly number[];
  readonly sizes: readonly number[];
}

/** Rows of members from which on a part of one size is worth its own steps. */
const LEAST_ROWS = 96;

/** The systems in parts of similar size, the smallest first. What a system gives does not depend on its part. */
export function partsOf({ count, width, present }: SystemBatch): readonly Part[] {
  const bySize: number[][] = Array.from({ length: width + 1 }, () => []);
  for (let system = 0; system < count; system++) bySize[sizeOf(present, system * width, width)].push(system);
  const parts: Part[] = [];
  let [systems, sizes]: [number[], number[]] = [[], []];
  for (let size = 1; size <= width; size++) {
    for (const system of bySize[size]) {
      systems.push(system);
      sizes.push(size);
    }
    const isLast = bySize.every((own, later) => later <= size || own.length === 0);
    if (systems.length === 0 || (systems.length * size < LEAST_ROWS && !isLast)) continue;
    parts.push({ size: sizes[sizes.length - 1], systems, sizes });
    [systems, sizes] = [[], []];
  }
  return parts;
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

/** Copies the rows of the systems of a part. @param width members that each system has in the table */
export function packInto(
  out: Float32Array,
  to: number,
  { power, each = 1, columns, data }: SystemTable,
  width: number,
  { size, systems }: Part,
): void {
  const stride = width ** power * each * columns;
  // Rows of a pair are apart where there is padding; all others are one run.
  const runs = power === 2 && size < width ? size : 1;
  const length = size ** power * each * columns / runs;
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

/** Who is present in the systems of a part, `[systems, size]`. */
export function packPresentInto(out: Float32Array, to: number, { size, sizes }: Part): void {
  sizes.forEach((own, k) => {
    const at = to + k * size;
    out.fill(1, at, at + own);
    out.fill(0, at + own, at + size);
  });
}
