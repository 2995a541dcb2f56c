/** The safetensors format: round trips, the layout byte by byte, and refusal of everything that is not whole. */

import assert from "node:assert/strict";
import { decodeSafetensors, encodeSafetensors, type TensorData } from "../../lib/tensor/mod.ts";

/** A file with this header and these bytes of data. */
function fileOf(header: string | Uint8Array, data: Uint8Array, claimed?: number): Uint8Array {
  const json = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(claimed ?? json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const entry = (name: string, shape: number[], begin: number, end: number, dtype = "F32") =>
  `"${name}":${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`;

Deno.test("tensors survive a round trip bit for bit: scalars, empty ones, extreme and non-finite numbers", () => {
  const tensors = new Map<string, TensorData>([
    ["weights/1", { shape: [2, 3], data: Float32Array.of(1, -2.5, 3e38, 1e-45, -0, NaN) }],
    ["scalar", { shape: [], data: Float32Array.of(Infinity) }],
    ["empty", { shape: [0, 7], data: new Float32Array(0) }],
    ["größe 𝜎", { shape: [1], data: Float32Array.of(-Infinity) }],
    ["__proto__", { shape: [1], data: Float32Array.of(8) }],
  ]);
  const decoded = decodeSafetensors(encodeSafetensors(tensors));
  assert.deepEqual([...decoded.keys()].sort(), [...tensors.keys()].sort());
  for (const [name, { shape, data }] of tensors) {
    assert.deepEqual(decoded.get(name)?.shape, shape);
    assert.deepEqual(
      new Uint8Array(decoded.get(name)?.data.buffer ?? new ArrayBuffer(1)),
      new Uint8Array(data.buffer),
      name,
    );
  }
  assert.equal(decodeSafetensors(encodeSafetensors(new Map())).size, 0);
});

Deno.test("the layout is the reference's: length, header padded to 8 bytes, then little-endian numbers without gaps", () => {
  const bytes = encodeSafetensors(
    new Map([["b", { shape: [1], data: Float32Array.of(2) }], ["a", { shape: [2], data: Float32Array.of(1, -1) }]]),
  );
  const view = new DataView(bytes.buffer);
  const length = Number(view.getBigUint64(0, true));
  assert.equal((8 + length) % 8, 0);
  const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  assert.equal(header.trimEnd(), `{${entry("a", [2], 0, 8)},${entry("b", [1], 8, 12)}}`);
  assert.deepEqual([0, 4, 8].map((at) => view.getFloat32(8 + length + at, true)), [1, -1, 2]);
  assert.equal(bytes.length, 8 + length + 12);
});

Deno.test("the reference's own example is read as float32, and refused with its type named as int32", () => {
  // The example of the reference implementation's documentation: one 2×2 tensor of int32.
  const example = fileOf('{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}', new Uint8Array(16));
  assert.throws(() => decodeSafetensors(example), /tensor test has type I32; only F32 is read here/);
  const floats = fileOf('{"test":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}}', new Uint8Array(16));
  assert.deepEqual(decodeSafetensors(floats).get("test"), { shape: [2, 2], data: new Float32Array(4) });
});

Deno.test("metadata is skipped, and empty tensors may lie anywhere", () => {
  const header = `{"__metadata__":{"format":"pt"},${entry("full", [1], 0, 4)},${entry("empty", [0], 0, 0)}}`;
  const tensors = decodeSafetensors(fileOf(header, new Uint8Array(4)));
  assert.deepEqual([...tensors.keys()].sort(), ["empty", "full"]);
});

Deno.test("a file cut off anywhere is refused", () => {
  const whole = encodeSafetensors(new Map([["x", { shape: [3], data: Float32Array.of(1, 2, 3) }]]));
  for (let length = 0; length < whole.length; length++) {
    assert.throws(() => decodeSafetensors(whole.subarray(0, length)), RangeError, `${length} of ${whole.length} bytes`);
  }
  assert.equal(decodeSafetensors(whole).size, 1);
});

Deno.test("corrupt files are refused with what is wrong", () => {
  const four = new Uint8Array(4);
  const cases: [Uint8Array, RegExp][] = [
    [fileOf("{}", four), /4 bytes of data belong to no tensor/],
    [fileOf("[]", four), /does not start with \{/],
    [fileOf("{oops", four), /header is not JSON/],
    [fileOf(Uint8Array.of(0x7b, 0xff, 0x7d), four), /header is not JSON/],
    [fileOf("{}", four, 2 ** 40), /header claims 1099511627776/],
    [fileOf(`{${entry("x", [1], 4, 8)}}`, new Uint8Array(8)), /tensor x begins at 4, expected 0/],
    [fileOf(`{${entry("x", [2], 0, 8)}}`, four), /tensor x ends at 8, but there are only 4/],
    [fileOf(`{${entry("x", [2], 0, 4)}}`, four), /tensor x has 4 bytes, its shape needs 8/],
    [fileOf(`{${entry("x", [-1], 0, 4)}}`, four), /tensor x has no valid shape/],
    [fileOf(`{${entry("x", [1.5], 0, 6)}}`, new Uint8Array(6)), /tensor x has no valid shape/],
    [fileOf('{"x":{"dtype":"F32","shape":[1],"data_offsets":[0]}}', four), /tensor x has no valid offsets/],
    [fileOf('{"x":null}', four), /tensor x has type undefined/],
    [fileOf(`{${entry("x", [1], 0, 4)},${entry("y", [1], 0, 4)}}`, four), /tensor y begins at 0, expected 4/],
  ];
  for (const [bytes, message] of cases) {
    assert.throws(
      () => decodeSafetensors(bytes),
      (error) => error instanceof RangeError && message.test(error.message),
    );
  }
});

Deno.test("tensors that no reader would take are not written", () => {
  const write = (name: string, shape: number[]) =>
    encodeSafetensors(new Map([[name, { shape, data: new Float32Array(3) }]]));
  assert.throws(() => write("x", [2]), /tensor x has 3 numbers, its shape needs 2/);
  assert.throws(() => write("__metadata__", [3]), /cannot be named __metadata__/);
});

Deno.test("bytes inside a larger buffer are read from where they begin", () => {
  const whole = encodeSafetensors(new Map([["x", { shape: [1], data: Float32Array.of(4) }]]));
  const shifted = new Uint8Array(whole.length + 3);
  shifted.set(whole, 3);
  assert.deepEqual(decodeSafetensors(shifted.subarray(3)).get("x")?.data, Float32Array.of(4));
});
