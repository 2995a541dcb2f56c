/** An independent reader of event files: TFRecord framing and protobuf's wire format, checked as it reads. */

import assert from "node:assert/strict";
import { crc32c } from "../../lib/runs/trackers/tensorboard/crc32c.ts";

/** A message as field number → its values: varints and fixed numbers as bigint or number, the rest as bytes. */
export type Message = ReadonlyMap<number, readonly (bigint | number | Uint8Array)[]>;

/** Splits a file into records, verifying every checksum. */
export function readRecords(file: Uint8Array): readonly Uint8Array[] {
  const records: Uint8Array[] = [];
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const unmask = (masked: number) => {
    const rotated = (masked - 0xa282ead8) >>> 0;
    return ((rotated >>> 17) | (rotated << 15)) >>> 0;
  };
  for (let at = 0; at < file.length;) {
    const length = Number(view.getBigUint64(at, true));
    assert.equal(unmask(view.getUint32(at + 8, true)), crc32c(file.subarray(at, at + 8)), "checksum of the length");
    const data = file.subarray(at + 12, at + 12 + length);
    assert.equal(unmask(view.getUint32(at + 12 + length, true)), crc32c(data), "checksum of the data");
    records.push(data);
    at += 16 + length;
  }
  return records;
}

/** Reads a message without knowing its type. */
export function readMessage(bytes: Uint8Array): Message {
  const fields = new Map<number, (bigint | number | Uint8Array)[]>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n;; shift += 7n) {
      const byte = bytes[at++];
      assert.ok(byte !== undefined, "a varint is cut off");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const wireType = tag & 7;
    let value: bigint | number | Uint8Array;
    if (wireType === 0) value = varint();
    else if (wireType === 1) value = view.getFloat64((at += 8) - 8, true);
    else if (wireType === 5) value = view.getFloat32((at += 4) - 4, true);
    else {
      assert.equal(wireType, 2);
      const length = Number(varint());
      value = bytes.subarray(at, at += length);
      assert.equal(value.length, length, "a field is cut off");
    }
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}

/** The messages under a field. */
export function messages(message: Message | undefined, field: number): readonly Message[] {
  return (message?.get(field) ?? []).map((value) => readMessage(bytes(value)));
}

/** The text under a field. */
export function text(message: Message | undefined, field: number): string {
  return new TextDecoder().decode(bytes(message?.get(field)?.[0]));
}

function bytes(value: bigint | number | Uint8Array | undefined): Uint8Array {
  assert.ok(value instanceof Uint8Array);
  return value;
}

/** Statuses of the ends of sessions in an event file, as the HParams page reads them: 0 unknown, 1 success, 2 failure. */
export function endStatuses(file: Uint8Array): readonly unknown[] {
  return readRecords(file).map(readMessage)
    .flatMap((event) => messages(event, 5).flatMap((summary) => messages(summary, 1)))
    .filter((value) => text(value, 1) === "_hparams_/session_end_info")
    .map((value) => {
      const [plugin] = messages(messages(value, 9)[0], 1);
      const [end] = messages(readMessage(plugin?.get(2)?.[0] as Uint8Array), 4);
      return end?.get(1)?.[0];
    });
}
