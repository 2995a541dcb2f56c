import assert from "node:assert/strict";
import { connectKernel } from "../../../lib/notebook/kernel/client.ts";
import { decodeOrMend } from "../../../lib/notebook/kernel/mend.ts";
import {
  decodeMessage,
  encodeRequest,
  type Json,
  type MessageHeader,
  sign,
} from "../../../lib/notebook/kernel/message.ts";
import { encodeMessage, type Parts } from "../../../lib/notebook/kernel/zmtp.ts";
import { startPeer } from "./peer.ts";

const utf8 = new TextEncoder();
const key = "a key";
const header = (type: string): MessageHeader => ({
  msg_id: type,
  msg_type: type,
  session: "s",
  username: "u",
  date: "2026-01-01T00:00:00Z",
  version: "5.3",
});
const frames = (content: Json, type = "stream") => encodeRequest(key, header(type), content);

Deno.test("a signature is the HMAC-SHA256 of the parts in a row (RFC 4231, test case 2)", () => {
  const parts = ["what do ya ", "want for ", "nothing?"].map((part) => utf8.encode(part));
  assert.equal(sign("Jefe", parts), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
});

Deno.test("a message survives its encoding, whatever routing frames stand before it", () => {
  const message = decodeMessage(key, [utf8.encode("topic"), ...frames({ text: "naïve — ∑" })]);
  assert.deepEqual(message.content, { text: "naïve — ∑" });
  assert.equal(message.header.msg_type, "stream");
});

Deno.test("a wrong key, a changed byte, a missing part and missing frames are refused", () => {
  const good = frames({ text: "hello" });
  const changed = good.map((frame, i) => i === 5 ? utf8.encode('{"text":"hellp"}') : frame);
  assert.throws(() => decodeMessage("another key", good), /not signed with the connection's key/);
  assert.throws(() => decodeMessage(key, changed), /not signed with the connection's key/);
  assert.throws(() => decodeMessage(key, good.slice(0, 5)), /4 parts after its signature, this one 3/);
  assert.throws(() => decodeMessage(key, [utf8.encode("x")]), /without the delimiter/);
});

/** What arrives when `intruders` are written into the last frame of `message` at the given places. */
function interleaved(message: Parts, intruders: readonly { readonly at: number; readonly bytes: Uint8Array }[]) {
  const body = message.at(-1) ?? new Uint8Array(0);
  const stream: number[] = [];
  for (let at = 0; at <= body.length; at++) {
    for (const intruder of intruders) if (intruder.at === at) stream.push(...intruder.bytes);
    const byte = body[at];
    if (byte !== undefined) stream.push(byte);
  }
  let read = body.length;
  return {
    frames: [...message.slice(0, -1), Uint8Array.from(stream.slice(0, body.length))],
    receiveRaw: (length: number) => Promise.resolve(Uint8Array.from(stream.slice(read, read += length))),
  };
}

Deno.test("a large message into which others were written is put together again, and they follow it", async () => {
  const text = "y".repeat(20_000);
  const intruders = [100, 5000, 5001].map((at, i) => ({ at, bytes: encodeMessage(frames({ i }, "status")) }));
  const { frames: received, receiveRaw } = interleaved(frames({ text }), intruders);
  assert.throws(() => decodeMessage(key, received), /not signed/);
  const messages = await decodeOrMend(key, received, receiveRaw);
  assert.deepEqual(messages.map(({ content }) => content), [{ text }, { i: 0 }, { i: 1 }, { i: 2 }]);
});

Deno.test("text that looks like a message is no intruder, and forged bytes are not accepted as one", async () => {
  const forged = encodeMessage(encodeRequest("another key", header("status"), { i: 0 }));
  const text = new TextDecoder("latin1").decode(forged) + "z".repeat(3000);
  const none = () => Promise.reject(new Error("nothing is to be read"));
  assert.equal((await decodeOrMend(key, frames({ text }), none)).length, 1);
  const { frames: received, receiveRaw } = interleaved(frames({ text: "y".repeat(3000) }), [{ at: 50, bytes: forged }]);
  await assert.rejects(decodeOrMend(key, received, receiveRaw), /not signed with the connection's key/);
});

Deno.test("a client refuses a kernel that signs with another key", async () => {
  const answer = encodeMessage(encodeRequest("another key", header("status"), { execution_state: "idle" }));
  const peer = startPeer(async (connection) => {
    const buffer = new Uint8Array(4096);
    await connection.write(answer);
    while (await connection.read(buffer) !== null);
  });
  const port = peer.port;
  const file = { ip: "127.0.0.1", transport: "tcp", signature_scheme: "hmac-sha256", key } as const;
  const ports = { shell_port: port, iopub_port: port, stdin_port: port, control_port: port, hb_port: port };
  await assert.rejects(
    connectKernel({ ...file, ...ports }, AbortSignal.timeout(20_000)),
    /not signed with the connection's key: it does not come from this kernel/,
  );
  peer.close();
});
