/**
 * Tables of FlatBuffers, read with every offset and count checked against the bytes that there are: a damaged file must end
 * in an error, not in a loop over a count that nobody wrote. (https://flatbuffers.dev/internals)
 */

/** Bytes that are not what their format says. */
export class DamagedError extends Error {
  override readonly name = "DamagedError";
}

/** One table; slots count its fields from 0. A field that is left out has the fallback. */
export interface FlatTable {
  readonly int8: (slot: number, fallback: number) => number;
  readonly int16: (slot: number, fallback: number) => number;
  readonly int32: (slot: number, fallback: number) => number;
  /** @throws {DamagedError} beyond 2⁵³ */
  readonly int64: (slot: number, fallback: number) => number;
  readonly table: (slot: number) => FlatTable | null;
  readonly tables: (slot: number) => readonly FlatTable[];
  /** Elements of a vector of structs of so many bytes: where the first one is in the view, and how many there are. */
  readonly structs: (slot: number, size: number) => { readonly at: number; readonly count: number };
  readonly text: (slot: number) => string | null;
}

/** The root table of a buffer. */
export function rootTable(view: DataView): FlatTable {
  return tableAt(view, follow(view, 0));
}

/** A whole number of 64 bits that JavaScript can hold. */
export function int64At(view: DataView, at: number): number {
  const value = Number(checked(() => view.getBigInt64(at, true)));
  if (!Number.isSafeInteger(value)) throw new DamagedError(`the number ${value} is too large for a size or a place`);
  return value;
}

function tableAt(view: DataView, table: number): FlatTable {
  const vtable = table - checked(() => view.getInt32(table, true));
  const size = checked(() => view.getUint16(vtable, true));
  const fieldAt = (slot: number): number | null => {
    const entry = 4 + 2 * slot;
    if (entry + 2 > size) return null;
    const offset = checked(() => view.getUint16(vtable + entry, true));
    return offset === 0 ? null : table + offset;
  };
  const read = <T>(slot: number, fallback: T, get: (at: number) => T): T => {
    const at = fieldAt(slot);
    return at === null ? fallback : checked(() => get(at));
  };
  const vector = (slot: number, stride: number) => {
    const field = fieldAt(slot);
    if (field === null) return { at: 0, count: 0 };
    const start = follow(view, field);
    const count = checked(() => view.getUint32(start, true));
    if (count * stride > view.byteLength - start - 4) {
      throw new DamagedError(`${count} entries do not fit into ${view.byteLength - start - 4} bytes`);
    }
    return { at: start + 4, count };
  };
  return {
    int8: (slot, fallback) => read(slot, fallback, (at) => view.getInt8(at)),
    int16: (slot, fallback) => read(slot, fallback, (at) => view.getInt16(at, true)),
    int32: (slot, fallback) => read(slot, fallback, (at) => view.getInt32(at, true)),
    int64: (slot, fallback) => read(slot, fallback, (at) => int64At(view, at)),
    table: (slot) => read<FlatTable | null>(slot, null, (at) => tableAt(view, follow(view, at))),
    tables: (slot) => {
      const { at, count } = vector(slot, 4);
      return Array.from({ length: count }, (_, k) => tableAt(view, follow(view, at + 4 * k)));
    },
    structs: vector,
    text: (slot) => {
      if (fieldAt(slot) === null) return null;
      const { at, count } = vector(slot, 1);
      return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, count));
    },
  };
}

/** Where an offset leads. Offsets lead forward only, so that no chain of them has an end. */
function follow(view: DataView, at: number): number {
  const offset = checked(() => view.getUint32(at, true));
  if (offset === 0 || at + offset + 4 > view.byteLength) {
    throw new DamagedError(`the offset at byte ${at} leads nowhere`);
  }
  return at + offset;
}

function checked<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new DamagedError("it ends too early");
    throw error;
  }
}
