/**
 * The client's side of ZMTP 3.0 (the ZeroMQ Message Transport Protocol, rfc.zeromq.org/spec/23) over TCP with the NULL
 * mechanism: enough to speak to a Jupyter kernel on this machine.
 */

/** Multipart message: what ZeroMQ calls frames. */
export type Parts = readonly Uint8Array[];

/** The kinds of socket that a Jupyter client opens. */
export type SocketType = "DEALER" | "SUB";

/** A peer that does not speak the protocol, or stopped in the middle of a message. */
export class ZmtpError extends Error {
  override readonly name = "ZmtpError";
}

const more = 1;
const long = 2;
const command = 4;

const utf8 = new TextEncoder();

/** The 64 bytes that open a connection: signature, version 3.0, mechanism NULL, role client. */
export function greeting(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(64);
  bytes[0] = 0xff;
  bytes[9] = 0x7f;
  bytes[10] = 3;
  bytes.set(utf8.encode("NULL"), 12);
  return bytes;
}

/** A message as the bytes on the wire; one array, so that one write sends it and no part waits for an acknowledgement. */
export function encodeMessage(parts: Parts): Uint8Array<ArrayBuffer> {
  const frames = parts.map((body, i) => ({ body, flags: i < parts.length - 1 ? more : 0 }));
  return encodeFrames(frames);
}

/** The READY command with the socket's type and identity. */
export function encodeReady(socketType: SocketType, identity: string): Uint8Array<ArrayBuffer> {
  const property = (name: string, value: string): number[] => {
    const [nameBytes, valueBytes] = [utf8.encode(name), utf8.encode(value)];
    return [nameBytes.length, ...nameBytes, 0, 0, valueBytes.length >> 8, valueBytes.length & 0xff, ...valueBytes];
  };
  const body = [5, ...utf8.encode("READY"), ...property("Socket-Type", socketType), ...property("Identity", identity)];
  return encodeFrames([{ body: Uint8Array.from(body), flags: command }]);
}

function encodeFrames(
  frames: readonly { readonly body: Uint8Array; readonly flags: number }[],
): Uint8Array<ArrayBuffer> {
  const size = (body: Uint8Array) => body.length + (body.length > 255 ? 9 : 2);
  const bytes = new Uint8Array(frames.reduce((sum, { body }) => sum + size(body), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { body, flags } of frames) {
    if (body.length > 255) {
      bytes[at] = flags | long;
      view.setBigUint64(at + 1, BigInt(body.length));
    } else {
      bytes[at] = flags;
      bytes[at + 1] = body.length;
    }
    at += size(body) - body.length;
    bytes.set(body, at);
    at += body.length;
  }
  return bytes;
}

/** A byte source that hands out exact lengths. */
interface ByteReader {
  /** The next `length` bytes; null if the source ended before the first of them. */
  exactly(length: number): Promise<Uint8Array | null>;
}

function byteReader(read: (into: Uint8Array) => Promise<number | null>): ByteReader {
  const buffer = new Uint8Array(1 << 16);
  let start = 0;
  let end = 0;
  return {
    async exactly(length) {
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        if (start === end) {
          // Large bodies are read where they stay, without a copy.
          const direct = length - filled >= buffer.length;
          const count = await read(direct ? bytes.subarray(filled) : buffer);
          if (count === null) {
            if (filled === 0) return null;
            throw new ZmtpError(`the peer closed the connection ${length - filled} bytes before the end of a message`);
          }
          if (direct) {
            filled += count;
            continue;
          }
          [start, end] = [0, count];
        }
        const taken = Math.min(length - filled, end - start);
        bytes.set(buffer.subarray(start, start + taken), filled);
        start += taken;
        filled += taken;
      }
      return bytes;
    },
  };
}

/**
 * The message that starts at `at`.
 * @returns its frames and its end, or null if `bytes` hold no whole message there
 */
export function decodeMessageAt(
  bytes: Uint8Array,
  at: number,
): { readonly parts: Parts; readonly end: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [];
  for (let start = at;;) {
    const flags = bytes[start];
    const head = flags !== undefined && flags & long ? 9 : 2;
    if (flags === undefined || flags > 3 || start + head > bytes.length) return null;
    const size = flags & long ? Number(view.getBigUint64(start + 1)) : view.getUint8(start + 1);
    const end = start + head + size;
    if (end > bytes.length) return null;
    parts.push(bytes.subarray(start + head, end));
    if ((flags & more) === 0) return { parts, end };
    start = end;
  }
}

/** An open connection to a ZeroMQ peer. */
export interface ZmtpConnection {
  send(parts: Parts): Promise<void>;
  /** The next message; null once the peer has closed the connection. */
  receive(): Promise<Parts | null>;
  /** The next `length` bytes whatever they are; null once the peer has closed the connection. */
  receiveRaw(length: number): Promise<Uint8Array | null>;
  close(): void;
}

/**
 * Connects to `127.0.0.1:port`.
 * @param identity names the client to the peer's routing; channels of one client that belong together share it
 * @param signal ends the attempt
 * @throws ZmtpError if the peer speaks another protocol, Deno's errors if nobody listens, the signal's reason
 */
export async function connectZmtp(
  port: number,
  socketType: SocketType,
  identity: string,
  signal: AbortSignal,
): Promise<ZmtpConnection> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  // A peer that accepts and says nothing is left by closing, which ends the pending read.
  const leave = () => connection.close();
  signal.addEventListener("abort", leave);
  try {
    signal.throwIfAborted();
    connection.setNoDelay(true);
    const reader = byteReader((into) => connection.read(into));
    await write(connection, greeting());
    const theirs = await reader.exactly(64);
    if (theirs === null || theirs[0] !== 0xff || (theirs[9] ?? 0) !== 0x7f || (theirs[10] ?? 0) < 3) {
      throw new ZmtpError(
        `port ${port} does not answer in ZMTP 3: ${theirs === null ? "it closed" : theirs.slice(0, 12).join(" ")}`,
      );
    }
    await write(connection, encodeReady(socketType, identity));
    const ready = await readFrame(reader);
    if (
      ready === null || (ready.flags & command) === 0 || new TextDecoder().decode(ready.body.subarray(1, 6)) !== "READY"
    ) {
      throw new ZmtpError(
        `port ${port} did not get ready: ${ready === null ? "it closed" : new TextDecoder().decode(ready.body)}`,
      );
    }
    if (socketType === "SUB") await write(connection, encodeMessage([Uint8Array.of(1)]));
    return {
      send: (parts) => write(connection, encodeMessage(parts)),
      receive: () => receiveMessage(reader),
      receiveRaw: (length) => reader.exactly(length),
      close: () => connection.close(),
    };
  } catch (error) {
    signal.throwIfAborted();
    connection.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", leave);
  }
}

async function write(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) written += await connection.write(bytes.subarray(written));
}

async function readFrame(reader: ByteReader): Promise<{ readonly flags: number; readonly body: Uint8Array } | null> {
  const head = await reader.exactly(1);
  if (head === null) return null;
  const flags = head[0] ?? 0;
  const sizeBytes = await reader.exactly(flags & long ? 8 : 1);
  if (sizeBytes === null) throw new ZmtpError("the peer closed the connection within the head of a frame");
  const size = sizeBytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const body = size === 0 ? new Uint8Array(0) : await reader.exactly(size);
  if (body === null) throw new ZmtpError(`the peer closed the connection before a frame of ${size} bytes`);
  return { flags, body };
}

async function receiveMessage(reader: ByteReader): Promise<Parts | null> {
  const parts: Uint8Array[] = [];
  for (;;) {
    const frame = await readFrame(reader);
    if (frame === null) {
      if (parts.length === 0) return null;
      throw new ZmtpError(`the peer closed the connection after ${parts.length} frames of a message`);
    }
    if (frame.flags & command) continue;
    parts.push(frame.body);
    if ((frame.flags & more) === 0) return parts;
  }
}
