/** Decompression, never beyond the size that the compressed bytes say they have. */

import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
// @ts-types="@types/lz4js"
import lz4 from "lz4js";
import { DamagedError } from "./flatbuffer.ts";

/** Makes so many bytes of compressed ones. */
export type Decompress = (bytes: Uint8Array, size: number) => Uint8Array;

export const zstd: Decompress = native(zstdDecompressSync);
export const gzip: Decompress = native(gunzipSync);
export const brotli: Decompress = native(brotliDecompressSync);

function native(decompress: (bytes: Uint8Array, options: { maxOutputLength: number }) => Uint8Array): Decompress {
  return (bytes, size) => {
    if (size === 0) return new Uint8Array();
    let result: Uint8Array;
    try {
      result = decompress(bytes, { maxOutputLength: size });
    } catch (error) {
      throw new DamagedError(`its compressed bytes are damaged: ${(error as Error).message}`, { cause: error });
    }
    if (result.length !== size) {
      throw new DamagedError(`${result.length} bytes came out of compressed ones, not ${size}`);
    }
    return result;
  };
}

/** Most bytes that one compressed byte of LZ4 stands for. */
const LZ4_RATIO = 255;
const LZ4_MAGIC = 0x184d2204;
const LZ4_FLAGS = { version: 0xc0, blockChecksum: 0x10, contentSize: 0x08, dictionary: 0x01 };

/**
 * A frame of LZ4 (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md); its checksums are passed over. The library
 * knows blocks: of frames it takes the checksum of a block to stand before it.
 */
export const lz4Frame: Decompress = (bytes, size) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = bytes[4];
  if (bytes.length < 7 || view.getUint32(0, true) !== LZ4_MAGIC || (flags & LZ4_FLAGS.version) !== 0x40) {
    throw new DamagedError("it is no frame of LZ4");
  }
  if (size > LZ4_RATIO * bytes.length) throw new DamagedError(`${size} bytes cannot come out of ${bytes.length}`);
  const result = new Uint8Array(size);
  const checksum = (flags & LZ4_FLAGS.blockChecksum) === 0 ? 0 : 4;
  let made = 0;
  let at = 7 + ((flags & LZ4_FLAGS.contentSize) === 0 ? 0 : 8) + ((flags & LZ4_FLAGS.dictionary) === 0 ? 0 : 4);
  for (;;) {
    if (at + 4 > bytes.length) throw new DamagedError("a frame of LZ4 ends too early");
    const header = view.getUint32(at, true);
    if (header === 0) break;
    const length = header & 0x7fffffff;
    at += 4;
    if (length > bytes.length - at) throw new DamagedError(`a block of ${length} bytes does not fit`);
    if (header >>> 31 === 1) {
      const block = bytes.subarray(at, at + length);
      if (made + length <= size) result.set(block, made);
      made += length;
    } else {
      made = lz4.decompressBlock(bytes, result, at, length, made);
    }
    if (made > size) break;
    at += length + checksum;
  }
  if (made !== size) throw new DamagedError(`${made} bytes came out of compressed ones, not ${size}`);
  return result;
};
