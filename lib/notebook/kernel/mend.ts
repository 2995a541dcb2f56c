/**
 * Deno's kernel writes its publications concurrently: while a message larger than the socket's buffer is on its way, a
 * small one can be written into the middle of it (Deno 2.9.5: a 50 MB display and the status after it). Nothing is lost
 * by it, and the signatures tell beyond doubt what belongs together.
 */

import { decodeMessage, type Message, MessageError } from "./message.ts";
import { decodeMessageAt, type Parts } from "./zmtp.ts";

/** How every message of a publishing kernel begins: a short frame with the delimiter, and a signature of 64 digits. */
const opening = new TextEncoder().encode("\u0001\u0009<IDS|MSG>\u0001\u0040");

/**
 * The message of `frames`; where its signature is wrong because others were written into its last frame, the whole
 * message followed by those others.
 * @param receiveRaw reads on where the frames ended: what was written in between has pushed the end of the message there
 * @throws MessageError if no reading of the bytes has a right signature
 */
export async function decodeOrMend(
  key: string,
  frames: Parts,
  receiveRaw: (length: number) => Promise<Uint8Array | null>,
): Promise<readonly Message[]> {
  try {
    return [decodeMessage(key, frames)];
  } catch (error) {
    const last = frames.at(-1);
    if (!(error instanceof MessageError) || last === undefined) throw error;
    const mended = await withoutIntruders(key, last, receiveRaw);
    if (mended.intruders.length === 0) throw error;
    return [decodeMessage(key, [...frames.slice(0, -1), mended.body]), ...mended.intruders];
  }
}

async function withoutIntruders(
  key: string,
  frame: Uint8Array,
  receiveRaw: (length: number) => Promise<Uint8Array | null>,
): Promise<{ readonly body: Uint8Array; readonly intruders: readonly Message[] }> {
  const intruders: Message[] = [];
  let body = frame;
  for (let at = indexOf(body, opening, 0); at >= 0; at = indexOf(body, opening, at)) {
    const intruder = decodeMessageAt(body, at);
    const message = intruder === null ? null : signedMessage(key, intruder.parts);
    if (intruder === null || message === null) {
      // The same bytes in a text that a cell displayed.
      at++;
      continue;
    }
    const length = intruder.end - at;
    const end = await receiveRaw(length);
    if (end === null) break;
    const whole = new Uint8Array(body.length);
    whole.set(body.subarray(0, at));
    whole.set(body.subarray(intruder.end), at);
    whole.set(end, body.length - length);
    body = whole;
    intruders.push(message);
  }
  return { body, intruders };
}

function signedMessage(key: string, parts: Parts): Message | null {
  try {
    return decodeMessage(key, parts);
  } catch (error) {
    if (error instanceof MessageError || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Where `pattern` next begins in `bytes`, −1 if nowhere. */
function indexOf(bytes: Uint8Array, pattern: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(pattern[0] ?? 0, from); at >= 0; at = bytes.indexOf(pattern[0] ?? 0, at + 1)) {
    if (pattern.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}
