/** A connection to a running Jupyter kernel that loses no output: the client's half of the protocol over two channels. */

import { encodeRequest, type Json, type Message, type MessageHeader } from "./message.ts";
import { decodeOrMend } from "./mend.ts";
import { connectZmtp, type ZmtpConnection } from "./zmtp.ts";

/** Jupyter's connection file (jupyter-client.readthedocs.io, "Connection files"). */
export interface ConnectionFile {
  readonly ip: "127.0.0.1";
  readonly transport: "tcp";
  readonly signature_scheme: "hmac-sha256";
  readonly key: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
}

/** Something that a cell published: `stream`, `display_data`, `update_display_data`, `execute_result`, `error`, `clear_output`. */
export interface Published {
  readonly type: string;
  readonly content: Json;
}

/** The kernel's answer to an execution request. */
export interface Reply {
  readonly ok: boolean;
  readonly executionCount: number | null;
  /** Name, message and traceback of an error, as far as the kernel gives them. */
  readonly content: Json;
}

/** A kernel that requests can be sent to. */
export interface KernelClient {
  /** What the kernel says about itself (`kernel_info_reply`). */
  readonly info: Json;
  /**
   * Runs one cell and returns when all that it published has been handed to `publish`, in the order of publication.
   * Rejects when the connection fails or `signal` is aborted; then the kernel's state is unknown and it must be stopped.
   */
  execute(code: string, publish: (published: Published) => void, signal?: AbortSignal): Promise<Reply>;
  close(): void;
}

/** Where the original `console.log` waits for the barrier, out of reach of a cell that replaces it. */
const barrierName = "Symbol.for('kernel barrier')";

/**
 * Connects to the kernel of a connection file, waiting until it listens and its publications arrive.
 * @throws the signal's reason once it is aborted, MessageError if the kernel signs with another key
 */
export async function connectKernel(file: ConnectionFile, signal: AbortSignal): Promise<KernelClient> {
  const identity = crypto.randomUUID();
  const iopub = await patiently(() => connectZmtp(file.iopub_port, "SUB", identity, signal), signal);
  const shell = await patiently(() => connectZmtp(file.shell_port, "DEALER", identity, signal), signal).catch(
    (error) => {
      iopub.close();
      throw error;
    },
  );
  const session = new Session(file.key, shell, iopub);
  try {
    const info = await session.greet(signal);
    await session.run(
      `Object.defineProperty(globalThis, ${barrierName}, { value: console.log.bind(console) })`,
      true,
      () => {},
      signal,
    );
    return {
      info,
      execute: (code, publish, cellSignal) => session.executeCompletely(code, publish, cellSignal),
      close: () => session.close(),
    };
  } catch (error) {
    session.close();
    throw error;
  }
}

/** Repeats until nobody refuses the connection any more. */
async function patiently(connect: () => Promise<ZmtpConnection>, signal: AbortSignal): Promise<ZmtpConnection> {
  for (;;) {
    signal.throwIfAborted();
    try {
      return await connect();
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      await pause(10);
    }
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resume) => setTimeout(resume, milliseconds));
}

class Session {
  readonly #key: string;
  readonly #shell: ZmtpConnection;
  readonly #iopub: ZmtpConnection;
  readonly #id = crypto.randomUUID();
  /** Settles, by rejecting, when a channel fails. */
  readonly #failed = Promise.withResolvers<never>();
  readonly #replies = new Map<string, (reply: Message) => void>();
  #published: (message: Message) => void = () => {};
  #requests = 0;

  constructor(key: string, shell: ZmtpConnection, iopub: ZmtpConnection) {
    this.#key = key;
    this.#shell = shell;
    this.#iopub = iopub;
    // Whoever waits sees the failure; without a waiter it is no unhandled rejection.
    this.#failed.promise.catch(() => {});
    this.#listen(shell, "shell", (message) => this.#replies.get(String(message.parent.msg_id))?.(message));
    this.#listen(iopub, "iopub", (message) => this.#published(message));
  }

  #listen(channel: ZmtpConnection, name: string, deliver: (message: Message) => void): void {
    const loop = async () => {
      for (let frames = await channel.receive(); frames !== null; frames = await channel.receive()) {
        for (const message of await decodeOrMend(this.#key, frames, (length) => channel.receiveRaw(length))) {
          deliver(message);
        }
      }
      throw new Deno.errors.ConnectionReset(`the kernel closed its ${name} channel`);
    };
    loop().catch((error) => this.#failed.reject(error));
  }

  /** Sends a request and waits for its reply. */
  async #request(type: string, content: Json, signal: AbortSignal | undefined): Promise<Message> {
    const header: MessageHeader = {
      msg_id: `${this.#id}_${this.#requests++}`,
      msg_type: type,
      session: this.#id,
      username: "",
      date: new Date().toISOString(),
      version: "5.3",
    };
    const reply = new Promise<Message>((resolve) => this.#replies.set(header.msg_id, resolve));
    try {
      await this.#shell.send(encodeRequest(this.#key, header, content));
      return await this.#unlessFailed(reply, signal);
    } finally {
      this.#replies.delete(header.msg_id);
    }
  }

  /** `result`, or the failure of a channel, or the signal's reason, whichever comes first. */
  #unlessFailed<T>(result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (signal === undefined) return Promise.race([result, this.#failed.promise]);
    signal.throwIfAborted();
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal.reason);
    signal.addEventListener("abort", abort);
    return Promise.race([result, this.#failed.promise, aborted.promise]).finally(() =>
      signal.removeEventListener("abort", abort)
    );
  }

  /** Asks for the kernel's description until the answer's publications arrive too: subscriptions take effect late. */
  async greet(signal: AbortSignal): Promise<Json> {
    let heard = false;
    this.#published = () => heard = true;
    for (;;) {
      const { content } = await this.#request("kernel_info_request", {}, signal);
      for (let wait = 0; wait < 10 && !heard; wait++) await pause(5);
      if (heard) return content;
    }
  }

  /** One execution request; `publish` gets what arrives until the next one. */
  async run(
    code: string,
    silent: boolean,
    publish: (published: Published) => void,
    signal: AbortSignal | undefined,
  ): Promise<Reply> {
    this.#published = ({ header, content }) => publish({ type: String(header.msg_type), content });
    const { content } = await this.#request("execute_request", {
      code,
      silent,
      store_history: !silent,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: false,
    }, signal);
    const count = content.execution_count;
    return { ok: content.status === "ok", executionCount: typeof count === "number" ? count : null, content };
  }

  /**
   * A cell, then a silent one that prints a mark. Deno's kernel publishes through one queue and says `idle` before the
   * queue is empty, so `idle` proves nothing; when the mark arrives, everything before it has.
   */
  async executeCompletely(
    code: string,
    publish: (published: Published) => void,
    signal: AbortSignal | undefined,
  ): Promise<Reply> {
    const mark = `barrier ${crypto.randomUUID()}`;
    const marked = Promise.withResolvers<void>();
    let finished = false;
    const deliver = (published: Published): void => {
      const text = published.type === "stream" ? published.content.text : undefined;
      if (typeof text === "string" && text.includes(mark)) {
        const before = text.slice(0, text.indexOf(mark));
        if (before !== "") publish({ type: "stream", content: { ...published.content, text: before } });
        finished = true;
        marked.resolve();
      } else if (!finished) {
        publish(published);
      }
    };
    const reply = await this.run(code, false, deliver, signal);
    await this.run(`globalThis[${barrierName}](${JSON.stringify(mark)})`, true, deliver, signal);
    await this.#unlessFailed(marked.promise, signal);
    return reply;
  }

  close(): void {
    this.#shell.close();
    this.#iopub.close();
  }
}
