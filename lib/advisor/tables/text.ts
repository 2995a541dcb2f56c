/** From the bytes of a text file to UTF-8, whatever it was written in. */

import { DataError } from "../error.ts";

/** Byte-order marks by the encoding that they stand for. */
const MARKS: readonly (readonly [string, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-32le", [0xff, 0xfe, 0, 0]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** How a text file is written, and where its text begins. */
export interface TextEncoding {
  /** A label of the WHATWG Encoding Standard. */
  readonly label: string;
  /** Bytes of the byte-order mark. */
  readonly mark: number;
}

/**
 * What the byte-order mark at the start of a file says; without one, what the problem says, else UTF-8.
 * @throws {DataError} for text in UTF-32, or in UTF-16 without mark or word
 */
export function encodingOf(start: Uint8Array, given: string | null, file: string): TextEncoding {
  for (const [label, mark] of MARKS) {
    if (!mark.every((byte, k) => start[k] === byte)) continue;
    if (label === "utf-32le") throw new DataError(`${file}: it is UTF-32 text; save it as UTF-8`);
    return { label, mark: mark.length };
  }
  if (given !== null) return { label: given, mark: 0 };
  const first = start.subarray(0, 64);
  if (first.filter((byte) => byte === 0).length > first.length / 4) {
    throw new DataError(
      `${file}: it is not UTF-8 text; if it is UTF-16, write encoding: utf-16le into the problem file`,
    );
  }
  return { label: "utf-8", mark: 0 };
}

/** Whether a label names an encoding that can be read. */
export function isEncoding(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Says that bytes are no UTF-8, and what to do. */
export function notUtf8(where: string): DataError {
  return new DataError(
    `${where}: it is not UTF-8 text; save it as UTF-8, or write its encoding into the problem file, e.g. encoding: windows-1252`,
  );
}
