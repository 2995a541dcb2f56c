/** Protocol Buffers wire format, as much of it as event files need (protobuf.dev, "Encoding"). */

/** The bytes of one field with its tag. */
export type Field = Uint8Array;

/** Joins fields into a message. */
export function message(...fields: readonly (Field | undefined)[]): Uint8Array {
  const present = fields.filter((field) => field !== undefined);
  const joined = new Uint8Array(present.reduce((length, field) => length + field.length, 0));
  let offset = 0;
  for (const field of present) {
    joined.set(field, offset);
    offset += field.length;
  }
  return joined;
}

/** A whole number ≥ 0 as a varint. */
function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

function tag(field: number, wireType: 0 | 1 | 2 | 5): Uint8Array {
  return varint(field * 8 + wireType);
}

/** int32, int64, enum or bool; not negative. */
export function intField(field: number, value: number): Field {
  return message(tag(field, 0), varint(value));
}

/** double */
export function doubleField(field: number, value: number): Field {
  return message(tag(field, 1), doubles([value]));
}

/** float */
export function floatField(field: number, value: number): Field {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return message(tag(field, 5), bytes);
}

/** bytes, string or a message */
export function bytesField(field: number, value: Uint8Array | string): Field {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return message(tag(field, 2), varint(bytes.length), bytes);
}

/** repeated double, packed */
export function packedDoublesField(field: number, values: readonly number[]): Field {
  return bytesField(field, doubles(values));
}

function doubles(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setFloat64(8 * index, value, true));
  return bytes;
}
