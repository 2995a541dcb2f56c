/** The thread that listens for signals: see interrupt.ts. It imports nothing, so that it listens within milliseconds. */

/** What the command tells this thread: what to listen for, once, and what to say when a signal comes. */
export interface WatcherMessage {
  readonly listen?: {
    readonly signals: readonly Deno.Signal[];
    /** Signals that do nothing: whoever started the command had them ignored, and Deno undoes that when it listens for any. */
    readonly ignored: readonly Deno.Signal[];
    /** The number of the signal that came, from 1, how many parts of the command ask for time, and 1 once this listens. */
    readonly shared: Int32Array<SharedArrayBuffer>;
  };
  /** What the command does now that takes time, e.g. "saving a checkpoint". */
  readonly saving?: string;
  /** What is left when the command ends at once. */
  readonly ending?: string;
}

/** How often it is looked whether the command still needs time, and how long it may go on once nothing asks for time. */
const LOOK_MS = 100;
const PATIENCE_MS = 1500;

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<WatcherMessage>) => void) | null;
  postMessage(signal: Deno.Signal): void;
};

let saving = "";
let ending = "";

scope.onmessage = ({ data }) => {
  saving = data.saving ?? saving;
  ending = data.ending ?? ending;
  if (data.listen !== undefined) listen(data.listen);
};

function listen({ signals, ignored, shared }: NonNullable<WatcherMessage["listen"]>): void {
  const listeners = new Map(signals.map((signal, index) => [signal, () => heard(signal, index + 1)] as const));
  ignored.forEach((signal) => Deno.addSignalListener(signal, () => {}));
  listeners.forEach((listener, signal) => Deno.addSignalListener(signal, listener));
  Atomics.store(shared, 2, 1);

  function heard(signal: Deno.Signal, number: number): void {
    const first = Atomics.compareExchange(shared, 0, 0, number) === 0;
    // A terminal that closes after Ctrl-C does not ask twice.
    if (!first) return signal === "SIGHUP" ? undefined : end(signal);
    if (Atomics.load(shared, 1) === 0) {
      say(`stopped by ${signal}; ${ending}`);
      return end(signal);
    }
    say(`${signal}: ${saving} (once more ends it at once)`);
    scope.postMessage(signal);
    let idle = 0;
    setInterval(() => {
      idle = Atomics.load(shared, 1) === 0 ? idle + LOOK_MS : 0;
      if (idle >= PATIENCE_MS) end(signal);
    }, LOOK_MS);
  }

  /** Without a listener the signal does what it does to any process. */
  function end(signal: Deno.Signal): void {
    listeners.forEach((listener, each) => Deno.removeSignalListener(each, listener));
    Deno.kill(Deno.pid, signal);
  }
}

/** Prints a line on the standard error; a progress bar may have hidden the cursor of a terminal. */
function say(line: string): void {
  const shown = Deno.stderr.isTerminal() ? "\u001b[?25h" : "";
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(`${shown}\n${line}\n`));
  } catch {
    // A closed terminal is the reason of a SIGHUP: there is nobody to tell, and the command still has to save.
  }
}
