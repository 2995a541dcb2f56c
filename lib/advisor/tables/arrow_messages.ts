/**
 * The messages of Arrow's format for files and streams (https://arrow.apache.org/docs/format/Columnar.html): what the columns
 * are, and where in the file the bytes of each batch lie. No value is looked at.
 */

import { DamagedError, type FlatTable, int64At, rootTable } from "./flatbuffer.ts";

/** A column, as far as its shape is concerned. */
export interface ArrowField {
  readonly name: string;
  readonly type: ArrowType;
  readonly children: readonly ArrowField[];
  /** The dictionary that the values are entries of, `null`: they are values themselves. */
  readonly dictionary: { readonly id: number; readonly index: ArrowType } | null;
}

/** A type by its id in Arrow's schema, with what its values need. */
export interface ArrowType {
  readonly id: number;
  /** Bits of an integer or decimal; 0 for other types. */
  readonly bits: number;
  readonly signed: boolean;
  /** Precision of a floating-point number: 0 half, 1 single, 2 double. Mode of a union: 0 sparse, 1 dense. */
  readonly variant: number;
  /** Digits behind the point of a decimal. */
  readonly scale: number;
}

/** One batch of rows, or of the entries of a dictionary. */
export interface ArrowBatch {
  readonly rows: number;
  /** Rows of each field, children included. */
  readonly lengths: readonly number[];
  /** The bytes of each buffer, as the file holds them. */
  readonly buffers: readonly Uint8Array[];
  /** Numbers of buffers that view types have, in their order. */
  readonly variadic: readonly number[];
  /** `null`: not compressed. */
  readonly codec: "lz4" | "zstd" | null;
}

/** Everything that a file says, in the order in which it holds. */
export interface ArrowFile {
  readonly fields: readonly ArrowField[];
  readonly messages: readonly ({ readonly rows: ArrowBatch } | ArrowDictionary)[];
}

/** Entries of a dictionary: a new one, or more of it. */
export interface ArrowDictionary {
  readonly dictionary: number;
  readonly entries: ArrowBatch;
  readonly more: boolean;
}

const MAGIC = "ARROW1";
const HEADERS = { schema: 1, dictionary: 2, rows: 3 };
/** Format versions V4, of 2017, and V5, of 2020. */
const OLDEST = 3;
const CURRENT = 4;
const DEEPEST = 64;

/** @throws {DamagedError} if an offset, a size or a count does not fit the bytes */
export function readArrow(bytes: Uint8Array): ArrowFile {
  const start = String.fromCharCode(...bytes.subarray(0, 6));
  if (start.startsWith("FEA1")) {
    throw new DamagedError(
      "it is Feather of version 1; write version 2, as pyarrow and pandas do unless told otherwise",
    );
  }
  return start === MAGIC ? readFile(bytes) : readStream(bytes);
}

function readStream(bytes: Uint8Array): ArrowFile {
  let fields: readonly ArrowField[] | null = null;
  const messages: ArrowFile["messages"][number][] = [];
  for (let at = 0; at < bytes.length;) {
    const message = messageAt(bytes, at);
    if (message === null) break;
    at = message.end;
    if (message.kind === HEADERS.schema) fields ??= readSchema(message.header, message.metadataBytes, message.version);
    else messages.push(batchOf(message));
  }
  if (fields === null) throw new DamagedError("it holds no schema");
  return { fields, messages };
}

/** In a file, dictionaries may lie anywhere and hold for all rows. */
function readFile(bytes: Uint8Array): ArrowFile {
  const tail = bytes.length - MAGIC.length - 4;
  if (tail < 8 || String.fromCharCode(...bytes.subarray(tail + 4)) !== MAGIC) {
    throw new DamagedError("its end is missing");
  }
  const length = viewOf(bytes).getInt32(tail, true);
  if (length < 8 || length > tail - 8) throw new DamagedError(`a footer of ${length} bytes does not fit`);
  const view = viewOf(bytes.subarray(tail - length, tail));
  const footer = rootTable(view);
  const schema = footer.table(1);
  if (schema === null) throw new DamagedError("it holds no schema");
  const blocks = (slot: number, kind: number) => {
    const { at, count } = footer.structs(slot, 24);
    return Array.from({ length: count }, (_, k) => {
      const message = messageAt(bytes, int64At(view, at + 24 * k));
      if (message?.kind !== kind) throw new DamagedError("a block is not what the footer says");
      return batchOf(message);
    });
  };
  return {
    fields: readSchema(schema, length, footer.int16(0, 0)),
    messages: [...blocks(2, HEADERS.dictionary), ...blocks(3, HEADERS.rows)],
  };
}

interface Message {
  readonly version: number;
  readonly kind: number;
  readonly header: FlatTable;
  readonly metadataBytes: number;
  readonly view: DataView;
  readonly body: Uint8Array;
  /** The byte behind the message. */
  readonly end: number;
}

/** The message at a place of the file; null at the mark of the end. */
function messageAt(bytes: Uint8Array, at: number): Message | null {
  const view = viewOf(bytes);
  const intAt = (place: number) => {
    if (place < 0 || place + 4 > bytes.length) throw new DamagedError("it ends too early");
    return view.getInt32(place, true);
  };
  let start = at;
  if (intAt(start) === -1) start += 4;
  const length = intAt(start);
  start += 4;
  if (length === 0) return null;
  if (length < 0 || length > bytes.length - start) throw new DamagedError(`a message of ${length} bytes does not fit`);
  const metadata = viewOf(bytes.subarray(start, start + length));
  const message = rootTable(metadata);
  const version = message.int16(0, 0);
  if (version < OLDEST) throw new DamagedError("it was written in a format of before 2017");
  const header = message.table(2);
  if (header === null) throw new DamagedError("a message says nothing");
  const body = message.int64(3, 0);
  const bodyStart = start + length;
  if (body < 0 || body > bytes.length - bodyStart) throw new DamagedError(`a body of ${body} bytes does not fit`);
  return {
    version,
    kind: message.int8(1, 0),
    header,
    metadataBytes: length,
    view: metadata,
    body: bytes.subarray(bodyStart, bodyStart + body),
    end: bodyStart + body,
  };
}

function batchOf({ kind, header, view, body }: Message): ArrowFile["messages"][number] {
  if (kind === HEADERS.rows) return { rows: readBatch(header, view, body) };
  if (kind !== HEADERS.dictionary) throw new DamagedError(`a message of kind ${kind} is not known`);
  const entries = header.table(1);
  if (entries === null) throw new DamagedError("a dictionary has no entries");
  return { dictionary: header.int64(0, 0), entries: readBatch(entries, view, body), more: header.int8(2, 0) !== 0 };
}

function readBatch(batch: FlatTable, view: DataView, body: Uint8Array): ArrowBatch {
  const rows = batch.int64(0, 0);
  if (rows < 0) throw new DamagedError(`a batch of ${rows} rows`);
  const nodes = batch.structs(1, 16);
  const buffers = batch.structs(2, 16);
  const variadic = batch.structs(4, 8);
  const compression = batch.table(3);
  const codec = compression === null ? null : compression.int8(0, 0);
  if (codec !== null && (codec < 0 || codec > 1 || compression?.int8(1, 0) !== 0)) {
    throw new DamagedError(`compression ${codec} is not known`);
  }
  return {
    rows,
    lengths: Array.from({ length: nodes.count }, (_, k) => int64At(view, nodes.at + 16 * k)),
    buffers: Array.from({ length: buffers.count }, (_, k) => {
      const offset = int64At(view, buffers.at + 16 * k);
      const length = int64At(view, buffers.at + 16 * k + 8);
      if (offset < 0 || length < 0 || offset + length > body.length) {
        throw new DamagedError(`a buffer of ${length} bytes at byte ${offset} does not fit into ${body.length}`);
      }
      return body.subarray(offset, offset + length);
    }),
    variadic: Array.from({ length: variadic.count }, (_, k) => int64At(view, variadic.at + 8 * k)),
    codec: codec === null ? null : codec === 0 ? "lz4" : "zstd",
  };
}

function readSchema(schema: FlatTable, bytes: number, version: number): ArrowField[] {
  if (schema.int16(0, 0) !== 0) throw new DamagedError("its numbers are big-endian");
  // Shared offsets could make a short schema stand for an endless one: a field takes at least eight bytes.
  let left = Math.floor(bytes / 8);
  const readField = (field: FlatTable, depth: number): ArrowField => {
    if (left-- <= 0) throw new DamagedError("its schema has more fields than bytes");
    if (depth > DEEPEST) throw new DamagedError(`its columns are nested more than ${DEEPEST} times`);
    const type = readType(field.int8(2, 0), field.table(3));
    if (type.id === TYPES.union && version < CURRENT) throw new DamagedError("it has a union as of before 2020");
    const dictionary = field.table(4);
    return {
      name: field.text(0) ?? "",
      type,
      children: field.tables(5).map((child) => readField(child, depth + 1)),
      dictionary: dictionary === null
        ? null
        : { id: dictionary.int64(0, 0), index: readType(TYPES.int, dictionary.table(1)) },
    };
  };
  return schema.tables(1).map((field) => readField(field, 0));
}

/** Ids of Arrow's types. */
export const TYPES = {
  null: 1,
  int: 2,
  float: 3,
  binary: 4,
  utf8: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  interval: 11,
  list: 12,
  struct: 13,
  union: 14,
  fixedBinary: 15,
  fixedList: 16,
  map: 17,
  duration: 18,
  largeBinary: 19,
  largeUtf8: 20,
  largeList: 21,
  runEnd: 22,
  binaryView: 23,
  utf8View: 24,
  listView: 25,
  largeListView: 26,
} as const;

function readType(id: number, table: FlatTable | null): ArrowType {
  const plain = { id, bits: 0, signed: false, variant: 0, scale: 0 };
  switch (id) {
    case TYPES.int:
      // A dictionary without a type for its indices has signed ones of 32 bits.
      if (table === null) return { ...plain, bits: 32, signed: true };
      return { ...plain, bits: table.int32(0, 0), signed: table.int8(1, 0) !== 0 };
    case TYPES.float:
    case TYPES.union:
      return { ...plain, variant: table?.int16(0, 0) ?? 0 };
    case TYPES.decimal:
      return { ...plain, scale: table?.int32(1, 0) ?? 0, bits: table?.int32(2, 128) ?? 128 };
    default:
      return plain;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
