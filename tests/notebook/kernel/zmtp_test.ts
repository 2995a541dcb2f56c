import { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import {
  connectZmtp,
  decodeMessageAt,
  encodeMessage,
  encodeReady,
  greeting,
  ZmtpError,
} from "../../../lib/notebook/kernel/zmtp.ts";
import { startPeer, writePieces } from "./peer.ts";

const patience = new AbortController().signal;
const hex = (bytes: Uint8Array) => bytes.toHex();

Deno.test("greeting and READY are the bytes of the specification", () => {
  // rfc.zeromq.org/spec/23: signature ff 00×8 7f, version 3.0, mechanism NULL padded to 20, as-server 0, filler to 64.
  assert.equal(hex(greeting()), `ff${"00".repeat(8)}7f0300${"4e554c4c"}${"00".repeat(16)}${"00".repeat(32)}`);
  assert.equal(
    new TextDecoder("latin1").decode(encodeReady("SUB", "me")),
    "\u0004\u0028\u0005READY\u000bSocket-Type\0\0\0\u0003SUB\u0008Identity\0\0\0\u0002me",
  );
});

Deno.test("bodies up to 255 bytes have short frames, longer ones long frames", () => {
  assert.equal(hex(encodeMessage([Uint8Array.of(7), new Uint8Array(0)])), "0101070000");
  assert.equal(hex(encodeMessage([new Uint8Array(255)]).subarray(0, 2)), "00ff");
  assert.equal(hex(encodeMessage([new Uint8Array(256)]).subarray(0, 9)), "020000000000000100");
});

Deno.test("a message is found again in the middle of other bytes, a part of one is not", () => {
  const parts = [Uint8Array.of(1, 2), new Uint8Array(300).fill(9), new Uint8Array(0)];
  const message = encodeMessage(parts);
  const bytes = new Uint8Array(message.length + 10).fill(5);
  bytes.set(message, 4);
  assert.deepEqual(decodeMessageAt(bytes, 4), { parts, end: 4 + message.length });
  assert.equal(decodeMessageAt(bytes.subarray(0, 4 + message.length - 1), 4), null);
  assert.equal(decodeMessageAt(bytes, 0), null);
});

for (const piece of [1, 7, 1 << 20]) {
  Deno.test(`messages of every size arrive whole when the peer writes pieces of ${piece} bytes`, async () => {
    const sizes = piece === 1 ? [0, 1, 255, 256, 1000] : [0, 255, 256, 65535, 65536, 65537, 200_000, 3_000_000];
    const body = (size: number) => Uint8Array.from({ length: size }, (_, i) => i % 251);
    const peer = startPeer(async (connection) => {
      for (const size of sizes) await writePieces(connection, encodeMessage([Uint8Array.of(1), body(size)]), piece);
    });
    const connection = await connectZmtp(peer.port, "DEALER", "me", patience);
    for (const size of sizes) {
      const [first, second] = await connection.receive() ?? [];
      assert.deepEqual(first, Uint8Array.of(1));
      assert.ok(second !== undefined && Buffer.compare(second, body(size)) === 0, `body of ${size} bytes`);
    }
    assert.equal(await connection.receive(), null);
    connection.close();
    peer.close();
  });
}

Deno.test("a connection that ends within a message, and a peer of another protocol, are told", async () => {
  const peer = startPeer(async (connection) => {
    await connection.write(encodeMessage([new Uint8Array(100)]).subarray(0, 50));
  });
  const connection = await connectZmtp(peer.port, "DEALER", "me", patience);
  await assert.rejects(connection.receive(), /closed the connection 52 bytes before the end/);
  connection.close();
  peer.close();

  const web = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => new Response("hello"));
  await assert.rejects(connectZmtp(web.addr.port, "DEALER", "me", patience), (error) => error instanceof ZmtpError);
  await web.shutdown();
});

Deno.test("a peer that accepts and says nothing is left when the signal says so", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const stop = new AbortController();
  const attempt = connectZmtp((listener.addr as Deno.NetAddr).port, "SUB", "me", stop.signal);
  const connection = await accepted;
  stop.abort(new Error("no patience left"));
  await assert.rejects(attempt, /no patience left/);
  connection.close();
  listener.close();
});
