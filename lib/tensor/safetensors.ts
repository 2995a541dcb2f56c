/** The safetensors format: named float32 tensors behind a JSON header, so that Python reads checkpoints too. */

/** A tensor, row-major. */
export interface TensorData {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const MAX_HEADER = 100_000_000;
/** The header's entry that is not a tensor. */
const METADATA = "__metadata__";

/**
 * The bytes of a file with these tensors, ordered by name.
 * @throws RangeError if a shape does not match its numbers, or a name is the format's own
 */
export function encodeSafetensors(tensors: ReadonlyMap<string, TensorData>): Uint8Array {
  let offset = 0;
  const names = [...tensors.keys()].sort();
  const entries = names.map((name) => {
    const { shape, data } = tensors.get(name) as TensorData;
    const size = shape.reduce((a, b) => a * b, 1);
    if (size !== data.length) {
      throw new RangeError(`tensor ${name} has ${data.length} numbers, its shape needs ${size}`);
    }
    if (name === METADATA) throw new RangeError(`a tensor cannot be named ${METADATA}: the format keeps notes there`);
    const entry = { dtype: "F32", shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
    return [name, entry] as const;
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const length = Math.ceil((json.length + 8) / 8) * 8 - 8;
  const bytes = new Uint8Array(8 + length + offset).fill(0x20, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  let position = 8 + length;
  for (const name of names) {
    const { data } = tensors.get(name) as TensorData;
    const view = new DataView(bytes.buffer, position, data.byteLength);
    data.forEach((x, i) => view.setFloat32(4 * i, x, true));
    position += data.byteLength;
  }
  return bytes;
}

/**
 * The tensors of a file.
 * @throws RangeError that says what is wrong with bytes that are not a whole, well-formed file of float32 tensors
 */
export function decodeSafetensors(bytes: Uint8Array): Map<string, TensorData> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 8) throw new RangeError(`not a safetensors file: ${bytes.length} bytes are too few for a header`);
  const length = Number(view.getBigUint64(0, true));
  if (length > MAX_HEADER || 8 + length > bytes.length) {
    throw new RangeError(`not a whole safetensors file: the header claims ${length} of ${bytes.length} bytes`);
  }
  const header = parseHeader(bytes.subarray(8, 8 + length));
  const size = bytes.length - 8 - length;
  const entries = Object.entries(header).filter(([name]) => name !== METADATA)
    .map(([name, entry]) => ({ name, ...checkedEntry(name, entry) }))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  let expected = 0;
  const tensors = new Map<string, TensorData>();
  for (const { name, shape, begin, end } of entries) {
    if (begin !== expected) throw new RangeError(`tensor ${name} begins at ${begin}, expected ${expected}`);
    if (end > size) throw new RangeError(`tensor ${name} ends at ${end}, but there are only ${size} bytes of data`);
    const data = new Float32Array((end - begin) / 4);
    for (let i = 0; i < data.length; i++) data[i] = view.getFloat32(8 + length + begin + 4 * i, true);
    tensors.set(name, { shape, data });
    expected = end;
  }
  if (expected !== size) throw new RangeError(`${size - expected} bytes of data belong to no tensor`);
  return tensors;
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  if (bytes[0] !== "{".charCodeAt(0)) throw new RangeError("the header does not start with {");
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new RangeError(`the header is not JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

function checkedEntry(name: string, entry: unknown): { shape: number[]; begin: number; end: number } {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  if (dtype !== "F32") throw new RangeError(`tensor ${name} has type ${String(dtype)}; only F32 is read here`);
  const isCount = (x: unknown): x is number => typeof x === "number" && Number.isInteger(x) && x >= 0;
  if (!Array.isArray(shape) || !shape.every(isCount)) throw new RangeError(`tensor ${name} has no valid shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw new RangeError(`tensor ${name} has no valid offsets`);
  }
  const [begin, end] = offsets as [number, number];
  const size = (shape as number[]).reduce((a, b) => a * b, 1) * 4;
  if (end - begin !== size) throw new RangeError(`tensor ${name} has ${end - begin} bytes, its shape needs ${size}`);
  return { shape: shape as number[], begin, end };
}
