/**
 * The records of delimited text (RFC 4180, any newline), byte by byte: a million rows are too many for strings. A cell is
 * handed on as the bytes that it stands for, so that only what is used is looked at.
 */

import { DataError } from "../error.ts";
import type { ByteSource } from "./bytes.ts";

const QUOTE = 0x22;
const SPACE = 0x20;
const CR = 0x0d;
const LF = 0x0a;

/** One record. Its arrays change when the next one is read. */
export interface DelimitedRecord {
  readonly bytes: Uint8Array;
  readonly cells: number;
  /** `[cells]` where the contents of a cell start and end in `bytes`, quotes taken off. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** Size of the first buffer; a longer record makes it grow. */
const BUFFER = 1 << 20;
/** What {@linkcode parseRecord} says of a record that the buffer holds only a part of. */
const INCOMPLETE = -1;

/** A record while it is read. */
interface Draft {
  bytes: Uint8Array;
  size: number;
  cells: number;
  starts: Int32Array;
  ends: Int32Array;
  /** Whether a cell holds doubled quotes, which stand for one. */
  readonly doubled: boolean[];
}

/**
 * Reads record after record until the source ends or `take` wants no more. Lines with nothing on them are passed over.
 * @param delimiter one byte
 * @param take false: no more is wanted
 * @param where the place of the record that is being read, for messages
 * @throws {DataError} for a quote that is never closed, or text behind a closed one
 */
export function scanRecords(
  source: ByteSource,
  delimiter: number,
  take: (record: DelimitedRecord) => boolean,
  where: () => string,
): void {
  const draft: Draft = {
    bytes: new Uint8Array(BUFFER),
    size: 0,
    cells: 0,
    starts: new Int32Array(64),
    ends: new Int32Array(64),
    doubled: [],
  };
  let start = 0;
  let ended = false;
  for (;;) {
    const next = parseRecord(draft, start, delimiter, ended, where);
    if (next !== INCOMPLETE) {
      start = next;
      if (draft.cells === 1 && draft.starts[0] === draft.ends[0]) continue;
      for (let c = 0; c < draft.cells; c++) if (draft.doubled[c]) undouble(draft, c);
      if (draft.cells > 0 && !take(draft)) return;
    } else if (ended) {
      return;
    } else {
      ended = !refill(draft, start, source);
      start = 0;
    }
  }
}

/** Puts more bytes behind those from `start` on, which move to the front; false: there are none. */
function refill(draft: Draft, start: number, source: ByteSource): boolean {
  const rest = draft.size - start;
  if (rest > draft.bytes.length / 2) {
    const larger = new Uint8Array(2 * draft.bytes.length);
    larger.set(draft.bytes.subarray(start, draft.size));
    draft.bytes = larger;
  } else {
    draft.bytes.copyWithin(0, start, draft.size);
  }
  const count = source.read(draft.bytes.subarray(rest));
  draft.size = rest + count;
  return count > 0;
}

/** Finds the cells of the record at `at`. The position behind it, or {@linkcode INCOMPLETE}. */
function parseRecord(draft: Draft, at: number, delimiter: number, ended: boolean, where: () => string): number {
  const { bytes, size } = draft;
  draft.cells = 0;
  if (at >= size) return INCOMPLETE;
  for (;;) {
    const first = at;
    let last: number;
    let doubled = false;
    if (bytes[at] === QUOTE && at < size) {
      for (at++;; at++) {
        while (at < size && bytes[at] !== QUOTE) at++;
        if (at + 1 >= size && !ended) return INCOMPLETE;
        if (at >= size) throw new DataError(`${where()}: a quote is opened and never closed`);
        if (bytes[at + 1] !== QUOTE || at + 1 >= size) break;
        doubled = true;
        at++;
      }
      last = at++;
      while (at < size && bytes[at] === SPACE) at++;
      if (at < size && bytes[at] !== delimiter && bytes[at] !== LF && bytes[at] !== CR) {
        throw new DataError(`${where()}: there is text behind a closed quote; write a quote inside quotes twice`);
      }
    } else {
      while (at < size) {
        const byte = bytes[at];
        if (byte === delimiter || byte === LF || byte === CR) break;
        at++;
      }
      last = at;
    }
    // A newline of two bytes must be seen whole.
    if (at + 1 >= size && !ended) return INCOMPLETE;
    addCell(draft, bytes[first] === QUOTE && last > first ? first + 1 : first, last, doubled);
    if (at < size && bytes[at] === delimiter) {
      at++;
      continue;
    }
    return at + (bytes[at] === CR && at + 1 < size && bytes[at + 1] === LF ? 2 : 1);
  }
}

function addCell(draft: Draft, start: number, end: number, doubled: boolean): void {
  const c = draft.cells++;
  if (c === draft.starts.length) {
    const longer = (array: Int32Array) => {
      const grown = new Int32Array(2 * array.length);
      grown.set(array);
      return grown;
    };
    draft.starts = longer(draft.starts);
    draft.ends = longer(draft.ends);
  }
  draft.starts[c] = start;
  draft.ends[c] = end;
  draft.doubled[c] = doubled;
}

/** Makes one quote of two in a cell. */
function undouble({ bytes, starts, ends }: Draft, cell: number): void {
  let to = starts[cell];
  for (let from = starts[cell]; from < ends[cell]; from++) {
    bytes[to++] = bytes[from];
    if (bytes[from] === QUOTE) from++;
  }
  ends[cell] = to;
}
