import assert from "node:assert/strict";
import { createStream } from "../../lib/random/mod.ts";
import { philox4x32 } from "../../lib/random/philox.ts";

/** Philox4x32-10 straight from the paper, in exact integers. */
function reference(counter: readonly number[], key: readonly number[]): number[] {
  const mask = 0xffffffffn;
  let [c0, c1, c2, c3] = counter.map(BigInt);
  let [k0, k1] = key.map(BigInt);
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * c0, p1 = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & mask, (p0 >> 32n) ^ c3 ^ k1, p0 & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return [c0, c1, c2, c3].map(Number);
}

Deno.test("Philox4x32-10 reproduces the known-answer vectors of Random123", () => {
  const vectors = [
    "00000000 00000000 00000000 00000000 00000000 00000000 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0 d16cfe09 94fdcceb 5001e420 24126ea1",
  ];
  for (const vector of vectors) {
    const w = vector.split(" ").map((hex) => parseInt(hex, 16));
    assert.deepEqual([...philox4x32([w[0], w[1], w[2], w[3]], [w[4], w[5]])], w.slice(6));
    assert.deepEqual(reference(w.slice(0, 4), w.slice(4)), w.slice(6));
  }
});

Deno.test("a stream is the Philox sequence of its seed and path, block after block", () => {
  let id = [0, 0, 0, 0];
  const derive = (low: number, high: number) => id = reference([low, high, id[0], id[1]], [id[2], id[3]]);
  derive(12345, 0x80000000); // the seed
  derive(0x00620061, 0xc0000003); // "ab" of "abc": three units left
  derive(0x00000063, 0xc0000001); // "c": one unit left
  derive(5, 0x80000003); // 3 · 2^32 + 5
  const stream = createStream(12345).child("abc").child(3 * 2 ** 32 + 5);
  const expected = Array.from({ length: 10 }, (_, block) => reference([block, 0, id[0], id[1]], [id[2], id[3]])).flat();
  assert.deepEqual(Array.from({ length: 40 }, () => stream.uint32()), expected);
});
