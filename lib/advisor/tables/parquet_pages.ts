/**
 * The pages of a column of Parquet (https://parquet.apache.org/docs/file-format/data-pages). The library decodes them; before
 * it does, the counts in a page are checked against its bytes and its rows, because it repeats a value as often as it is told.
 */

import type { ColumnDecoder, DataPageHeader, DataPageHeaderV2, DecodedArray, PageHeader } from "hyparquet/src/types.js";
import { parquetHeader } from "hyparquet/src/column.js";
import { convert, convertWithDictionary } from "hyparquet/src/convert.js";
import { readDataPage, readDataPageV2 } from "hyparquet/src/datapage.js";
import { readPlain } from "hyparquet/src/plain.js";
import { compressors } from "hyparquet-compressors";
import { brotli, type Decompress, gzip, zstd } from "./codecs.ts";
import { DamagedError } from "./flatbuffer.ts";

/** Values of consecutive rows. */
export interface PageCells {
  readonly rows: number;
  /** Values of the rows that have one. */
  readonly values: DecodedArray;
  /** `[rows]` 0 where there is none, 1 where there is; `null`: every row has one. */
  readonly present: ArrayLike<number> | null;
}

/** The system's own for what it knows: these stop where a page says that it ends. */
const CODECS: Readonly<Record<string, Decompress | undefined>> = {
  UNCOMPRESSED: (bytes) => bytes,
  SNAPPY: compressors.SNAPPY,
  LZ4: compressors.LZ4,
  LZ4_RAW: compressors.LZ4_RAW,
  GZIP: gzip,
  BROTLI: brotli,
  ZSTD: zstd,
};

/**
 * Reads the pages of a part of a flat column.
 * @param bytes those of the part
 * @param unpacked bytes that its pages have in all, unpacked
 * @param nullable whether rows may have no value
 * @throws {DamagedError} if a size or a count does not fit
 */
export function readPages(
  bytes: Uint8Array,
  unpacked: number,
  rows: number,
  decoder: ColumnDecoder,
  nullable: boolean,
): PageCells[] {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  const pages: PageCells[] = [];
  let dictionary: DecodedArray | undefined;
  let left = rows;
  while (left > 0 && reader.offset < bytes.length - 1) {
    const header = parquetHeader(reader);
    const { compressed_page_size: packedSize, uncompressed_page_size: size } = header;
    if (!(packedSize >= 0 && packedSize <= bytes.length - reader.offset && size >= 0 && size <= unpacked)) {
      throw new DamagedError(`a page of ${packedSize} bytes, ${size} unpacked, does not fit`);
    }
    const packed = bytes.subarray(reader.offset, reader.offset += packedSize);
    if (header.type === "DICTIONARY_PAGE") {
      dictionary = readDictionary(packed, header, decoder);
    } else if (header.data_page_header !== undefined || header.data_page_header_v2 !== undefined) {
      const rows = rowsOf(header, left);
      pages.push({ rows, ...readCells(packed, header, decoder, nullable, dictionary) });
      left -= rows;
    }
  }
  if (left > 0) throw new DamagedError(`a column ends ${left} rows too early`);
  return pages;
}

function unpack(packed: Uint8Array, size: number, codec: string): Uint8Array {
  const decompress = CODECS[codec];
  if (decompress === undefined) throw new DamagedError(`compression ${codec} is not known`);
  const bytes = decompress(packed, size);
  if (bytes.length !== size) throw new DamagedError(`${bytes.length} bytes came out of compressed ones, not ${size}`);
  return bytes;
}

function readDictionary(packed: Uint8Array, header: PageHeader, decoder: ColumnDecoder): DecodedArray {
  const size = header.uncompressed_page_size;
  const entries = header.dictionary_page_header?.num_values ?? -1;
  if (!(entries >= 0 && entries <= size)) throw new DamagedError(`${entries} entries in ${size} bytes`);
  const bytes = unpack(packed, size, decoder.codec);
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  return convert(readPlain(reader, decoder.type, entries, decoder.element.type_length), decoder);
}

function rowsOf({ data_page_header: first, data_page_header_v2: second }: PageHeader, left: number): number {
  const rows = first?.num_values ?? second?.num_values ?? 0;
  if (!(rows > 0 && rows <= left)) throw new DamagedError(`a page has ${rows} values where ${left} are left`);
  return rows;
}

function readCells(
  packed: Uint8Array,
  header: PageHeader,
  decoder: ColumnDecoder,
  nullable: boolean,
  dictionary: DecodedArray | undefined,
): Omit<PageCells, "rows"> {
  const { data_page_header: first, data_page_header_v2: second } = header;
  const page = first !== undefined
    ? readFirst(unpack(packed, header.uncompressed_page_size, decoder.codec), first, decoder, nullable)
    : readSecond(packed, header, decoder, nullable);
  const encoding = (first ?? second)?.encoding ?? "PLAIN";
  if (encoding.endsWith("_DICTIONARY") && dictionary === undefined) throw new DamagedError("a dictionary is missing");
  const values = convertWithDictionary(page.dataPage, dictionary, encoding, decoder);
  const present = page.definitionLevels?.length ? page.definitionLevels : null;
  return { values, present };
}

/** Data pages of version 1: levels and values are packed together. */
function readFirst(bytes: Uint8Array, header: DataPageHeader, decoder: ColumnDecoder, nullable: boolean) {
  const rows = header.num_values;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let start = 0;
  let present = rows;
  if (nullable) {
    const size = sizeAt(view, 0);
    start = 4 + size;
    present = checkRuns(bytes, 4, start, 1, rows);
  }
  checkValues(bytes, start, header.encoding, decoder, present);
  return readDataPage(bytes, header, decoder);
}

/** Data pages of version 2: levels are never packed. */
function readSecond(packed: Uint8Array, header: PageHeader, decoder: ColumnDecoder, nullable: boolean) {
  const { uncompressed_page_size: size } = header;
  const second = header.data_page_header_v2 as DataPageHeaderV2;
  const levels = second.definition_levels_byte_length;
  if (second.repetition_levels_byte_length !== 0 || !(levels >= 0 && levels <= packed.length && levels <= size)) {
    throw new DamagedError(`levels of ${levels} bytes do not fit into a page of ${packed.length}`);
  }
  const present = nullable ? checkRuns(packed, 0, levels, 1, second.num_values) : second.num_values;
  if (present !== second.num_values - second.num_nulls) {
    throw new DamagedError(`a page says that ${second.num_nulls} of ${second.num_values} values are missing`);
  }
  const bytes = new Uint8Array(size);
  bytes.set(packed.subarray(0, levels));
  const codec = second.is_compressed === false ? "UNCOMPRESSED" : decoder.codec;
  bytes.set(unpack(packed.subarray(levels), size - levels, codec), levels);
  checkValues(bytes, levels, second.encoding, decoder, present);
  const plain = { ...header, data_page_header_v2: { ...second, is_compressed: false } };
  return readDataPageV2(bytes, plain, decoder);
}

/** Checks runs of values, where there are any. */
function checkValues(bytes: Uint8Array, start: number, encoding: string, { type }: ColumnDecoder, count: number): void {
  if (encoding === "RLE") {
    const size = sizeAt(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), start);
    checkRuns(bytes, start + 4, start + 4 + size, 1, count);
  } else if (encoding.endsWith("_DICTIONARY") && type !== "BOOLEAN" && count > 0) {
    const width = bytes[start] ?? 0;
    if (width > 32) throw new DamagedError(`entries of ${width} bits`);
    if (width > 0) checkRuns(bytes, start + 1, bytes.length, width, count);
  }
}

function sizeAt(view: DataView, at: number): number {
  if (at + 4 > view.byteLength) throw new DamagedError("a page ends too early");
  return view.getUint32(at, true);
}

/**
 * Checks that runs of values (RLE and bit-packed, mixed) make up just so many.
 * @param width bits of a value
 * @returns how many of them are 1 if `width` is 1
 */
function checkRuns(bytes: Uint8Array, start: number, end: number, width: number, count: number): number {
  if (end > bytes.length) {
    throw new DamagedError(`runs of ${end - start} bytes do not fit into ${bytes.length - start}`);
  }
  const size = Math.ceil(width / 8);
  let at = start;
  let left = count;
  let ones = 0;
  while (left > 0) {
    let header = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      if (at >= end || shift > 28) throw new DamagedError("runs of values end too early");
      header += (bytes[at] & 0x7f) * 2 ** shift;
      more = bytes[at++] > 0x7f;
    }
    const packed = header % 2 === 1;
    const run = packed ? 8 * (header - 1) / 2 : header / 2;
    // The last group of eight may be filled up.
    if (run === 0 || run > left + (packed ? 7 : 0)) {
      throw new DamagedError(`a run of ${run} values where ${left} are left`);
    }
    const own = Math.min(run, left);
    if (width === 1) {
      for (let k = 0; k < own; k++) ones += packed ? (bytes[at + (k >> 3)] ?? 0) >> (k & 7) & 1 : bytes[at] & 1;
    }
    at += packed ? run / 8 * width : size;
    left -= own;
  }
  return ones;
}
