/** Jupyter's wire protocol 5.3: messages of four JSON parts, signed with HMAC-SHA256 (jupyter-client.readthedocs.io, "Messaging"). */

import { createHmac, timingSafeEqual } from "node:crypto";
import type { Parts } from "./zmtp.ts";

/** The identifying part of a message. */
export interface MessageHeader {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly date: string;
  readonly version: string;
}

/** A JSON object whose fields are looked at before they are used. */
export type Json = Readonly<Record<string, unknown>>;

/** A decoded message. */
export interface Message {
  readonly header: Json;
  readonly parent: Json;
  readonly metadata: Json;
  readonly content: Json;
}

/** A message that is not signed with the connection's key, or is no Jupyter message at all. */
export class MessageError extends Error {
  override readonly name = "MessageError";
}

const delimiter = new TextEncoder().encode("<IDS|MSG>");

/** The hexadecimal HMAC-SHA256 of the four parts. */
export function sign(key: string, parts: Parts): string {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

/** A request as frames: delimiter, signature, header, empty parent, empty metadata, content. */
export function encodeRequest(key: string, header: MessageHeader, content: Json): Parts {
  const utf8 = new TextEncoder();
  const parts = [header, {}, {}, content].map((part) => utf8.encode(JSON.stringify(part)));
  return [delimiter, utf8.encode(sign(key, parts)), ...parts];
}

/**
 * A message from its frames; frames before the delimiter (routing, topic) are left out.
 * @throws MessageError if the delimiter or a part is missing, a part is no JSON object, or the signature is wrong
 */
export function decodeMessage(key: string, frames: Parts): Message {
  const utf8 = new TextDecoder();
  const start = frames.findIndex((frame) =>
    frame.length === delimiter.length && frame.every((byte, i) => byte === delimiter[i])
  );
  if (start < 0) throw new MessageError(`no Jupyter message: ${frames.length} frames without the delimiter <IDS|MSG>`);
  const [signature, ...parts] = frames.slice(start + 1, start + 6);
  if (signature === undefined || parts.length < 4) {
    throw new MessageError(`a Jupyter message has 4 parts after its signature, this one ${parts.length}`);
  }
  const expected = new TextEncoder().encode(sign(key, parts));
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
    throw new MessageError("a message is not signed with the connection's key: it does not come from this kernel");
  }
  const [header, parent, metadata, content] = parts.map((part): Json => {
    const value: unknown = JSON.parse(utf8.decode(part));
    if (typeof value !== "object" || value === null) throw new MessageError("a part of a message is no JSON object");
    return value as Json;
  });
  if (header === undefined || parent === undefined || metadata === undefined || content === undefined) {
    throw new MessageError("a part of a message is missing");
  }
  return { header, parent, metadata, content };
}
