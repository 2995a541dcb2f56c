/** A ZeroMQ peer made of prepared bytes, for the tests of the client. */

import { encodeReady, greeting } from "../../../lib/notebook/kernel/zmtp.ts";

/** Listens on a free port, greets each connection, and hands it to `talk`. */
export function startPeer(talk: (connection: Deno.Conn) => Promise<void>): { readonly port: number; close(): void } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serve = async (connection: Deno.Conn) => {
    const buffer = new Uint8Array(4096);
    await connection.write(greeting());
    await connection.read(buffer);
    await connection.write(encodeReady("DEALER", ""));
    await connection.read(buffer);
    await talk(connection);
  };
  const accept = async () => {
    for await (const connection of listener) serve(connection).finally(() => connection.close()).catch(ignoreClosed);
  };
  accept().catch(ignoreClosed);
  return { port: (listener.addr as Deno.NetAddr).port, close: () => listener.close() };
}

/** Either side may close first. */
function ignoreClosed(error: unknown): void {
  const { BadResource, BrokenPipe, ConnectionReset, Interrupted } = Deno.errors;
  if (![BadResource, BrokenPipe, ConnectionReset, Interrupted].some((kind) => error instanceof kind)) throw error;
}

/** Writes `bytes` in pieces of `size`. */
export async function writePieces(connection: Deno.Conn, bytes: Uint8Array, size: number): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at, at + size));
}
