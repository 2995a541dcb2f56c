/** Ctrl-C and a scheduler's SIGTERM: the first asks a command to stop at the next good moment, the second ends it. */

/** Whether the user, or the scheduler, wants the command to stop. */
export interface Interrupt extends Disposable {
  /** The signal that came, or undefined. */
  readonly signal: Deno.Signal | undefined;
}

/** What a shell reports for a process that a signal ended. */
const EXIT_CODES: Readonly<Partial<Record<Deno.Signal, number>>> = { SIGINT: 130, SIGTERM: 143 };

/** Exit code of a command that stopped because of this signal. */
export function exitCodeOf(signal: Deno.Signal): number {
  return EXIT_CODES[signal] ?? 1;
}

/**
 * Listens for SIGINT and SIGTERM. The command must give the event loop a turn now and then ({@linkcode breathe}) and look at
 * `signal`.
 * @param onFirst called once when the first signal comes, e.g. to say that a checkpoint is being saved
 */
export function listenForInterrupt(onFirst: (signal: Deno.Signal) => void): Interrupt {
  let received: Deno.Signal | undefined;
  const listeners = (["SIGINT", "SIGTERM"] as const).map((signal) => {
    const listener = () => {
      if (received !== undefined) Deno.exit(exitCodeOf(signal));
      received = signal;
      onFirst(signal);
    };
    Deno.addSignalListener(signal, listener);
    return { signal, listener };
  });
  return {
    get signal() {
      return received;
    },
    [Symbol.dispose]: () => {
      for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
    },
  };
}

/** Gives the event loop one turn, so that signals and timers arrive. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
