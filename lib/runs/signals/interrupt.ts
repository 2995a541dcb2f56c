/**
 * Ctrl-C, a scheduler's SIGTERM and a closed terminal. A thread of its own listens, so that a signal is heard while the command
 * computes: it says what happens and ends the process by the signal, unless the command asked for time to save what it has.
 */

import type { WatcherMessage } from "./interrupt_worker.ts";

/** What {@linkcode endOnSignal} began; to be disposed of at its end. */
export interface Ending extends Disposable {
  /** Whether signals are heard already: the listening thread takes some milliseconds to start. */
  readonly listening: boolean;
}

/** Whether the user, or the scheduler, wants the command to stop. */
export interface Interrupt extends Ending {
  /** The signal that came, or undefined; true at once, also within a computation that never waits. */
  readonly signal: Deno.Signal | undefined;
}

/** The signals that end a command, with what a shell reports then (POSIX: 128 and the signal's number). */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
const SIGNALS = Object.keys(EXIT_CODES) as readonly (keyof typeof EXIT_CODES)[];
/** The field of /proc/self/status with the signals that whoever started the process wants to be ignored, as a mask. */
const IGNORED = /^SigIgn:\s*([0-9a-f]+)$/m;

/** Exit code of a command that stopped because of this signal. */
export function exitCodeOf(signal: Deno.Signal): number {
  return signal in EXIT_CODES ? EXIT_CODES[signal as keyof typeof EXIT_CODES] : 1;
}

/** The listening thread and what it shares with the command. */
interface Watcher {
  readonly worker: Worker;
  /** The number of the signal that came in {@linkcode SIGNALS}, from 1, how many ask for time to save, and 1 once it listens. */
  readonly shared: Int32Array<SharedArrayBuffer>;
  readonly callbacks: Set<(signal: Deno.Signal) => void>;
  users: number;
}

let watcher: Watcher | undefined;

/**
 * From now on a signal ends the command at once, with a sentence that says what is left. Without the permission to send signals (`--allow-run`) there is
 * no listening thread: the signal then ends the command by itself, without the sentence.
 */
export function endOnSignal(left = "what was written before is whole"): Ending {
  if (watcher === undefined && Deno.permissions.querySync({ name: "run" }).state !== "granted") {
    return { listening: false, [Symbol.dispose]: () => {} };
  }
  const used = watcher ??= startWatcher();
  used.users++;
  tell(used, { ending: left });
  return {
    get listening() {
      return Atomics.load(used.shared, 2) === 1;
    },
    [Symbol.dispose]: () => {
      if (--used.users > 0) return;
      used.worker.terminate();
      watcher = undefined;
    },
  };
}

/**
 * Takes the time to save: the first signal is said, with `words`, and noted in `signal`; the second one ends the command at once.
 * When this is disposed of, a signal that came before stays noted, and the next one ends the command.
 * @param words what the command does now, e.g. "saving a checkpoint"
 * @param onFirst called once when the first signal comes and the event loop turns
 * @throws Error without `--allow-run`
 */
export function listenForInterrupt(words: string, onFirst: (signal: Deno.Signal) => void = () => {}): Interrupt {
  const ending = endOnSignal();
  if (watcher === undefined) throw new Error("listening for signals needs --allow-run");
  const { shared, callbacks } = watcher;
  callbacks.add(onFirst);
  tell(watcher, { saving: words });
  Atomics.add(shared, 1, 1);
  return {
    get listening() {
      return ending.listening;
    },
    get signal() {
      return SIGNALS[Atomics.load(shared, 0) - 1];
    },
    [Symbol.dispose]: () => {
      callbacks.delete(onFirst);
      Atomics.sub(shared, 1, 1);
      ending[Symbol.dispose]();
    },
  };
}

function startWatcher(): Watcher {
  const worker = new Worker(new URL("./interrupt_worker.ts", import.meta.url), { type: "module", name: "signals" });
  const shared = new Int32Array(new SharedArrayBuffer(12));
  const callbacks = new Set<(signal: Deno.Signal) => void>();
  worker.onmessage = ({ data }: MessageEvent<Deno.Signal>) => callbacks.forEach((callback) => callback(data));
  const ignored = ignoredSignals();
  const started = { worker, shared, callbacks, users: 0 };
  tell(started, { listen: { shared, ignored, signals: SIGNALS.filter((signal) => !ignored.includes(signal)) } });
  return started;
}

function tell({ worker }: Watcher, message: WatcherMessage): void {
  worker.postMessage(message);
}

/** Signals that `nohup`, or the `&` of a shell script, wants the command to ignore; known on Linux alone. */
function ignoredSignals(): Deno.Signal[] {
  if (Deno.build.os !== "linux") return [];
  const mask = BigInt(`0x${IGNORED.exec(processStatus())?.[1] ?? "0"}`);
  return SIGNALS.filter((signal) => (mask >> BigInt(EXIT_CODES[signal] - 129)) & 1n);
}

/** What Linux says of this process, or of a child, which ignores the same signals: only all permissions together open the former. */
function processStatus(): string {
  const file = "/proc/self/status";
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    return new TextDecoder().decode(new Deno.Command("cat", { args: [file], stderr: "null" }).outputSync().stdout);
  }
}

/** Gives the event loop one turn, so that timers and messages arrive. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
