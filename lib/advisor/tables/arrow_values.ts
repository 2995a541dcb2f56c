/** The values in the buffers of Arrow, of the types that are numbers or text. Sizes are checked before anything is read. */

import { type ArrowBatch, type ArrowType, TYPES } from "./arrow_messages.ts";
import { lz4Frame, zstd } from "./codecs.ts";
import { DamagedError } from "./flatbuffer.ts";

/** A cell by its row: a number, a bigint, a boolean, text, or null. */
export type Cells = (row: number) => unknown;

/** Where the parts of a field begin in the lists of a batch. */
export interface Place {
  readonly node: number;
  readonly buffer: number;
  readonly variadic: number;
}

/** Whether {@linkcode valuesOf} can read a type. */
export function isReadable({ id, bits, variant }: ArrowType): boolean {
  switch (id) {
    case TYPES.int:
      return [8, 16, 32, 64].includes(bits);
    case TYPES.decimal:
      return [32, 64, 128, 256].includes(bits);
    case TYPES.float:
      return variant >= 0 && variant <= 2;
    default:
      return ([TYPES.null, TYPES.bool, TYPES.utf8, TYPES.largeUtf8, TYPES.utf8View] as number[]).includes(id);
  }
}

/**
 * The values of a field in a batch, nulls included.
 * @throws {DamagedError} if a buffer is smaller than the number of rows asks for
 */
export function valuesOf(batch: ArrowBatch, place: Place, type: ArrowType, rows: number): Cells {
  if (!isReadable(type)) throw new DamagedError(`values of type ${type.id} where numbers or text are`);
  const length = batch.lengths[place.node] ?? "no";
  if (length !== rows) throw new DamagedError(`a column has ${length} rows in a batch of ${rows}`);
  if (type.id === TYPES.null) return () => null;
  const validity = bufferOf(batch, place.buffer);
  if (validity.length > 0) needs(validity, Math.ceil(rows / 8));
  const values = rows === 0 ? () => null : present(batch, place, type, rows);
  if (validity.length === 0) return values;
  return (row) => bitAt(validity, row) ? values(row) : null;
}

/** Values as if none were null. */
function present(batch: ArrowBatch, place: Place, type: ArrowType, rows: number): Cells {
  const values = bufferOf(batch, place.buffer + 1);
  switch (type.id) {
    case TYPES.bool:
      needs(values, Math.ceil(rows / 8));
      return (row) => bitAt(values, row);
    case TYPES.int:
    case TYPES.float: {
      const numbers = typed(values, type, rows);
      return (row) => numbers[row];
    }
    case TYPES.decimal:
      return decimals(values, type, rows);
    case TYPES.utf8View:
      return viewedTexts(values, batch, place, rows);
    default:
      return texts(values, bufferOf(batch, place.buffer + 2), type.id === TYPES.largeUtf8, rows);
  }
}

type Numbers = { readonly [row: number]: number | bigint };

function typed(bytes: Uint8Array, { id, bits, signed, variant }: ArrowType, rows: number): Numbers {
  const kinds = id === TYPES.float
    ? [Float16Array, Float32Array, Float64Array]
    : signed
    ? [Int8Array, Int16Array, Int32Array, BigInt64Array]
    : [Uint8Array, Uint16Array, Uint32Array, BigUint64Array];
  const Kind = kinds[id === TYPES.float ? variant : Math.log2(bits) - 3];
  needs(bytes, rows * Kind.BYTES_PER_ELEMENT);
  const aligned = bytes.byteOffset % Kind.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  return new Kind(aligned.buffer as ArrayBuffer, aligned.byteOffset, rows);
}

/** Whole numbers of so many bits, little-endian, as decimals: the digits are read as text, so that one rounding is made. */
function decimals(bytes: Uint8Array, { bits, scale }: ArrowType, rows: number): Cells {
  const words = bits / 32;
  needs(bytes, 4 * rows * words);
  const view = viewOf(bytes);
  return (row) => {
    let value = BigInt(view.getInt32(4 * (words * (row + 1) - 1), true));
    for (let word = words - 2; word >= 0; word--) {
      value = (value << 32n) | BigInt(view.getUint32(4 * (words * row + word), true));
    }
    return Number(`${value}e${-scale}`);
  };
}

function texts(offsets: Uint8Array, bytes: Uint8Array, large: boolean, rows: number): Cells {
  const width = large ? 8 : 4;
  needs(offsets, width * (rows + 1));
  const view = viewOf(offsets);
  const at = (row: number) => large ? Number(view.getBigInt64(8 * row, true)) : view.getInt32(4 * row, true);
  for (let row = 0, last = 0; row <= rows; row++) {
    const next = at(row);
    if (next < last || next > bytes.length) throw new DamagedError(`a text ends at byte ${next} of ${bytes.length}`);
    last = next;
  }
  return (row) => TEXT.decode(bytes.subarray(at(row), at(row + 1)));
}

/** Short texts lie in their view of 16 bytes, longer ones in a buffer that it names. */
function viewedTexts(views: Uint8Array, batch: ArrowBatch, place: Place, rows: number): Cells {
  needs(views, 16 * rows);
  const view = viewOf(views);
  const count = batch.variadic[place.variadic] ?? 0;
  if (count < 0 || count > batch.buffers.length) throw new DamagedError(`${count} buffers of text`);
  const buffers = Array.from({ length: count }, (_, k) => bufferOf(batch, place.buffer + 2 + k));
  return (row) => {
    const length = view.getInt32(16 * row, true);
    if (length >= 0 && length <= 12) return TEXT.decode(views.subarray(16 * row + 4, 16 * row + 4 + length));
    const buffer = buffers[view.getInt32(16 * row + 8, true)];
    const start = view.getInt32(16 * row + 12, true);
    if (buffer === undefined || length < 0 || start < 0 || start + length > buffer.length) {
      throw new DamagedError(`a text of ${length} bytes does not fit`);
    }
    return TEXT.decode(buffer.subarray(start, start + length));
  };
}

/** Length that says that a buffer is not compressed although its batch is. */
const AS_IT_IS = -1n;

/** The bytes of a buffer; none if it is left out. */
function bufferOf({ buffers, codec }: ArrowBatch, index: number): Uint8Array {
  const bytes = buffers[index];
  if (bytes === undefined) throw new DamagedError("a column has too few buffers");
  if (codec === null || bytes.length === 0) return bytes;
  if (bytes.length < 8) throw new DamagedError("a compressed buffer has no size");
  const size = viewOf(bytes).getBigInt64(0, true);
  const content = bytes.subarray(8);
  if (size === AS_IT_IS) return content;
  if (size < 0n || size > BigInt(MOST_BYTES)) throw new DamagedError(`a buffer of ${size} bytes cannot be in it`);
  return codec === "lz4" ? lz4Frame(content, Number(size)) : zstd(content, Number(size));
}

const MOST_BYTES = 2 ** 32;
const TEXT = new TextDecoder();

function needs(bytes: Uint8Array, size: number): void {
  if (bytes.length < size) throw new DamagedError(`a column has ${bytes.length} bytes and needs ${size}`);
}

function bitAt(bits: Uint8Array, index: number): boolean {
  return (bits[index >> 3] >> (index & 7) & 1) === 1;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
