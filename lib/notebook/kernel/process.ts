/** A Deno kernel as a process of its own: started, used cell by cell, stopped, and its death told. */

import { type ConnectionFile, connectKernel, type KernelClient, type Published, type Reply } from "./client.ts";

/** How a kernel is started. */
export interface KernelSettings {
  /** Working directory: relative paths and imports of the cells start here. */
  readonly directory: string;
  /** The Deno executable; default: the one that runs. */
  readonly deno?: string;
  /** Additional environment variables. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How long the kernel may take to answer; default 60. */
  readonly startSeconds?: number;
}

/** A kernel that could not be started or has died. */
export class KernelError extends Error {
  override readonly name = "KernelError";
}

/** A cell that took too long. */
export class CellTimeout extends Error {
  override readonly name = "CellTimeout";
}

/** A running kernel. */
export interface Kernel {
  /** What the kernel says about itself. */
  readonly info: KernelClient["info"];
  /**
   * Runs one cell; returns when all of its output has been handed to `publish`.
   * @throws KernelError if the kernel dies, CellTimeout after `seconds`, the signal's reason if it is aborted; after any of
   * them the kernel is gone
   */
  execute(
    code: string,
    publish: (published: Published) => void,
    limits?: { readonly seconds?: number; readonly signal?: AbortSignal },
  ): Promise<Reply>;
  /** Ends the process. */
  stop(): Promise<void>;
}

/**
 * Starts `deno jupyter --kernel` and connects to it. The kernel runs with all permissions; Deno has no way to take any away.
 * @throws KernelError with what the process printed if it dies or does not answer in time
 */
export async function startKernel(settings: KernelSettings): Promise<Kernel> {
  const connection = connectionFile();
  const file = await Deno.makeTempFile({ prefix: "kernel-", suffix: ".json" });
  try {
    await Deno.writeTextFile(file, JSON.stringify(connection), { mode: 0o600 });
    return await startWith(file, connection, settings);
  } finally {
    await Deno.remove(file);
  }
}

async function startWith(file: string, connection: ConnectionFile, settings: KernelSettings): Promise<Kernel> {
  const process = new Deno.Command(settings.deno ?? Deno.execPath(), {
    args: ["jupyter", "--kernel", "--conn", file],
    cwd: settings.directory,
    env: { NO_COLOR: "1", ...settings.environment },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const printed = [lastWords(process.stdout), lastWords(process.stderr)];
  const death = new AbortController();
  const ended = process.status.then(async (status) => {
    const how = status.signal === null ? `exit code ${status.code}` : `signal ${status.signal}`;
    const words = (await Promise.all(printed.map((finish) => finish()))).join("")
      .replace(/^Warning .*unstable.*\n/m, "").trim();
    death.abort(new KernelError(`the kernel died (${how})${words === "" ? "" : `; it printed: ${words}`}`));
  });
  let client: KernelClient | undefined;
  const stop = async () => {
    client?.close();
    client = undefined;
    if (!death.signal.aborted) process.kill("SIGKILL");
    await ended;
  };
  const seconds = settings.startSeconds ?? 60;
  try {
    const connected = await withDeadline(
      seconds,
      () => new KernelError(`the kernel did not answer within ${seconds} s`),
      [death.signal],
      (signal) => connectKernel(connection, signal),
    );
    client = connected;
    return {
      info: connected.info,
      async execute(code, publish, limits = {}) {
        if (client === undefined) throw new KernelError("the kernel has been stopped");
        const late = () => new CellTimeout(`the cell ran longer than ${limits.seconds} s`);
        const signals = [death.signal, ...(limits.signal === undefined ? [] : [limits.signal])];
        try {
          return await withDeadline(
            limits.seconds,
            late,
            signals,
            (signal) => connected.execute(code, publish, signal),
          );
        } catch (error) {
          // The channel often closes before the process is seen to end: its death is the better reason.
          if (error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe) await ended;
          await stop();
          throw error instanceof CellTimeout || limits.signal?.aborted ? error : preferDeath(death.signal, error);
        }
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The kernel's death if that is what broke the connection: then killing it is not what ended it. */
function preferDeath(death: AbortSignal, error: unknown): unknown {
  const connectionLost = error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe ||
    error instanceof KernelError;
  return connectionLost ? death.reason : error;
}

/** Runs `work` under a signal that follows `signals` and, where `seconds` are given, a clock. */
async function withDeadline<T>(
  seconds: number | undefined,
  reason: () => Error,
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const timer = seconds === undefined ? undefined : setTimeout(() => deadline.abort(reason()), 1000 * seconds);
  try {
    return await work(AbortSignal.any([deadline.signal, ...signals]));
  } finally {
    clearTimeout(timer);
  }
}

function connectionFile(): ConnectionFile {
  const listeners = Array.from({ length: 5 }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const [shell = 0, iopub = 0, stdin = 0, control = 0, heartbeat = 0] = listeners.map((listener) =>
    (listener.addr as Deno.NetAddr).port
  );
  for (const listener of listeners) listener.close();
  return {
    ip: "127.0.0.1",
    transport: "tcp",
    signature_scheme: "hmac-sha256",
    key: crypto.randomUUID(),
    shell_port: shell,
    iopub_port: iopub,
    stdin_port: stdin,
    control_port: control,
    hb_port: heartbeat,
  };
}

/**
 * Gathers the end of what a process prints: what it says directly is no cell output, but explains its death.
 * @returns gives the text once the process has ended; a child of it that holds the stream open is not waited for
 */
function lastWords(stream: ReadableStream<Uint8Array<ArrayBuffer>>): () => Promise<string> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let text = "";
  const read = async () => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      text = (text + decoder.decode(next.value, { stream: true })).slice(-2000);
    }
  };
  const done = read();
  return async () => {
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(patience.resolve, 200);
    await Promise.race([done, patience.promise]);
    clearTimeout(timer);
    await reader.cancel();
    await done;
    return text;
  };
}
