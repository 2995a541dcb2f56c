/** Sends metrics to Weights & Biases through its own SDK, in a process of its own. */

import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Scalars, TrackedEnd, TrackedRun, Tracker } from "../tracker.ts";
import type { WandbMessage } from "./messages.ts";

/** Where runs go. The key comes from `WANDB_API_KEY` or `~/.netrc`, as the SDK has it. */
export interface WandbOptions {
  readonly project: string;
  /** Team or user; null is the key's own. */
  readonly entity: string | null;
  /** Seconds that finishing may take. */
  readonly patience?: number;
}

/** Lines that may wait for a slow network before the tracker gives up. */
const BACKLOG = 10_000;

/** What a run's page says of its end. */
const EXIT_CODES: Readonly<Record<TrackedEnd, number>> = { finished: 0, failed: 1, stopped: 130 };

/**
 * A run on Weights & Biases. A process that goes on with a run opens a new one there, named with its first update: the SDK
 * has no way to append to a run's history.
 */
export class WandbTracker implements Tracker {
  readonly name = "Weights & Biases";
  readonly #options: WandbOptions;
  #child: Deno.ChildProcess | undefined;
  #writer: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #ended: Promise<string | undefined> = Promise.resolve(undefined);
  #failure: string | undefined;
  #waiting = 0;

  constructor(options: WandbOptions) {
    this.#options = options;
  }

  start(run: TrackedRun): void {
    const args = ["run", "-A", "--quiet", fileURLToPath(new URL("bridge/main.ts", import.meta.url))];
    const child = new Deno.Command(Deno.execPath(), { args, stdin: "piped", stdout: "null", stderr: "piped" }).spawn();
    this.#child = child;
    this.#writer = child.stdin.getWriter();
    this.#ended = failureOf(child);
    // Known at the next call: a tracker fails where it is called.
    void this.#ended.then((failure) => this.#failure = failure ?? "the process that sends metrics ended");
    const from = run.fromUpdate === 0 ? "" : ` from update ${run.fromUpdate}`;
    const id = createHash("sha256").update(`${run.folder}\n${run.fromUpdate}`).digest("hex").slice(0, 12);
    const { project, entity } = this.#options;
    this.#send({ kind: "start", project, entity, id, name: `${run.name}/${run.id}${from}`, config: run.config });
  }

  scalars(update: number, values: Scalars): void {
    this.#send({ kind: "scalars", update, values });
  }

  async finish(end: TrackedEnd): Promise<void> {
    this.#send({ kind: "finish", exitCode: EXIT_CODES[end] });
    // Whoever stops a training waits for it.
    const patience = this.#options.patience ?? (end === "stopped" ? 10 : 60);
    // The pipe breaks if the process ends first; #ended says why then.
    const closed = this.#writer?.close().catch(() => undefined);
    const timer = setTimeout(() => this.#child?.kill("SIGKILL"), 1000 * patience);
    const failure = await this.#ended;
    clearTimeout(timer);
    await closed;
    if (failure !== undefined) throw new Error(failure);
  }

  #send(message: WandbMessage): void {
    if (this.#failure !== undefined) throw new Error(this.#failure);
    if (this.#waiting > BACKLOG) throw new Error(`${BACKLOG} lines are waiting to be sent`);
    this.#waiting++;
    const line = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
    this.#writer?.write(line).then(() => this.#waiting--, () => undefined);
  }
}

/** Why the process failed, in its first line that speaks of an error; undefined if it ended well. */
async function failureOf(child: Deno.ChildProcess): Promise<string | undefined> {
  const [text, status] = await Promise.all([new Response(child.stderr).text(), child.status]);
  if (status.success) return undefined;
  const lines = text.split("\n").map((line) => line.trim());
  return lines.find((line) => /error/i.test(line)) ??
    (status.signal === null ? `exit code ${status.code}` : "no answer from the network in time");
}
