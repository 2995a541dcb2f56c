/** TFRecord, the framing of event files. */

import { maskedCrc32c } from "./crc32c.ts";

/** Bytes before and after a record's data. */
const HEAD = 12;
const TAIL = 4;

/** One TFRecord: length, checksum of the length, data, checksum of the data; little-endian. */
export function tfRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(HEAD + data.length + TAIL);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, HEAD);
  view.setUint32(HEAD + data.length, maskedCrc32c(data), true);
  return record;
}

/** The last whole record of a file and where it begins; undefined if there is none. Checksums are not looked at. */
export function lastRecord(file: Uint8Array): { readonly from: number; readonly data: Uint8Array } | undefined {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let last: { from: number; data: Uint8Array } | undefined;
  for (let from = 0; from + HEAD <= file.length;) {
    const end = from + HEAD + Number(view.getBigUint64(from, true));
    if (end + TAIL > file.length) break;
    last = { from, data: file.subarray(from + HEAD, end) };
    from = end + TAIL;
  }
  return last;
}
