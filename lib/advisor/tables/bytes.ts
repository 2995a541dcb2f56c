/** Bytes of a file, piece by piece. */

import { DataError } from "../error.ts";
import { encodingOf, notUtf8 } from "./text.ts";

/** Where bytes come from. */
export interface ByteSource {
  /** Fills a part of `into` from its start; the number of bytes, 0 at the end. */
  read(into: Uint8Array): number;
  close(): void;
}

const PIECE = 1 << 16;

/**
 * The text of a file as UTF-8, without byte-order mark. Text that is UTF-8 already passes as it is: bytes that are none are
 * found where they are decoded.
 * @param encoding what the problem says, `null`: nothing
 * @throws {DataError} while reading, for bytes that are not what the encoding says
 */
export function openUtf8(file: string, encoding: string | null): ByteSource {
  const opened = openFile(file);
  try {
    const start = new Uint8Array(PIECE);
    const size = readInto(opened, start);
    const { label, mark } = encodingOf(start.subarray(0, size), encoding, file);
    const source = prefixed(start.subarray(mark, size), opened);
    return label === "utf-8" ? source : transcoded(source, label, file);
  } catch (error) {
    opened.close();
    throw error;
  }
}

/** @throws {DataError} if there is no such file, or it is a folder */
export function openFile(file: string): ByteSource {
  const opened = orDataError(file, () => {
    if (Deno.statSync(file).isDirectory) throw new DataError(`${file}: it is a folder, not a file`);
    return Deno.openSync(file);
  });
  return { read: (into) => opened.readSync(into) ?? 0, close: () => opened.close() };
}

/** Gives the file's name to what the system says of it. */
export function orDataError<T>(file: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      throw new DataError(`${file}: no such file`, { cause: error });
    }
    if (error instanceof DataError || !(error instanceof Error)) throw error;
    throw new DataError(`${file}: it cannot be read: ${error.message}`, { cause: error });
  }
}

/** Reads until `into` is full or there is no more; the number of bytes. */
export function readInto(source: ByteSource, into: Uint8Array): number {
  let size = 0;
  while (size < into.length) {
    const count = source.read(into.subarray(size));
    if (count === 0) break;
    size += count;
  }
  return size;
}

function prefixed(start: Uint8Array, rest: ByteSource): ByteSource {
  let at = 0;
  return {
    read: (into) => {
      if (at === start.length) return rest.read(into);
      const part = start.subarray(at, at + into.length);
      into.set(part);
      at += part.length;
      return part.length;
    },
    close: () => rest.close(),
  };
}

function transcoded(source: ByteSource, label: string, file: string): ByteSource {
  const decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  const encoder = new TextEncoder();
  const piece = new Uint8Array(PIECE);
  let waiting = new Uint8Array();
  let ended = false;
  return {
    read: (into) => {
      while (waiting.length === 0 && !ended) {
        const size = source.read(piece);
        ended = size === 0;
        try {
          waiting = encoder.encode(decoder.decode(piece.subarray(0, size), { stream: !ended }));
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
          throw label === "utf-8" ? notUtf8(file) : new DataError(`${file}: it is not ${label} text`);
        }
      }
      const part = waiting.subarray(0, into.length);
      into.set(part);
      waiting = waiting.subarray(part.length);
      return part.length;
    },
    close: () => source.close(),
  };
}
