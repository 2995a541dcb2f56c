/** Progress of something long: a bar on a terminal, plain lines elsewhere. */

// @ts-types="@types/cli-progress"
import cliProgress from "cli-progress";
import process from "node:process";
import { durationText } from "../report/mod.ts";
import type { Say } from "../runs/mod.ts";
import { printError } from "./output.ts";

/** Where a long job stands. Dispose of it when the job ends, however it ends. */
export interface Progress extends Disposable {
  /**
   * @param done how many of the total are done
   * @param values what to show beside it, e.g. `{ value: "0.93", rate: "1200/s" }`
   */
  update(done: number, values: Readonly<Record<string, string>>): void;
}

/** How progress is shown. */
export interface ProgressOptions {
  /** Whether there is a terminal; asked of the standard error by default. */
  readonly terminal?: boolean;
  /** Without a terminal a line is printed at every such share of the total. */
  readonly lineShare?: number;
  readonly print?: (line: string) => void;
}

/** A line of progress without a terminal, as {@linkcode startProgress} prints it. */
export const PROGRESS_LINE = /^\S.* \d+\/\d+( |$)/;

/** Hears what a job says: its parts move a bar, notes are lines. Dispose of it when the job ends, however it ends. */
export interface Talk extends Disposable {
  readonly say: Say;
}

/** Shows what a job named `label` says of itself. The bar appears with the first part. */
export function startTalk(label: string, options: ProgressOptions = {}): Talk {
  let progress: Progress | undefined;
  return {
    say(line, place) {
      if (place === undefined) return (options.print ?? printError)(line);
      progress ??= startProgress(label, place.of, options);
      progress.update(place.done, place.done < place.of ? { "·": line } : {});
    },
    [Symbol.dispose]: () => progress?.[Symbol.dispose](),
  };
}

/** Starts showing the progress of `total` steps named `label`. It is drawn on the standard error. */
export function startProgress(label: string, total: number, options: ProgressOptions = {}): Progress {
  return options.terminal ?? Deno.stderr.isTerminal() ? drawBar(label, total) : printLines(label, total, options);
}

function drawBar(label: string, total: number): Progress {
  // A terminal that is closed must not end what is computed: there is only nobody left to draw for.
  if (process.stderr.listenerCount("error") === 0) process.stderr.on("error", () => {});
  const bar = new cliProgress.SingleBar({
    format: `${label} {bar} {value}/{total} {eta_formatted} left{note}`,
    barsize: 24,
    hideCursor: true,
    etaBuffer: 50,
    formatTime: (seconds, _options, step) => durationText(seconds, step),
    gracefulExit: false,
  }, cliProgress.Presets.shades_classic);
  bar.start(total, 0, { note: "" });
  return {
    update: (done, values) => bar.update(done, { note: describe(values) }),
    [Symbol.dispose]: () => bar.stop(),
  };
}

function printLines(label: string, total: number, options: ProgressOptions): Progress {
  const print = options.print ?? printError;
  const step = Math.max(1, Math.ceil(total * (options.lineShare ?? 0.1)));
  let printed = 0;
  return {
    update: (done, values) => {
      if (done < total && done < printed + step) return;
      printed = done;
      print(`${label} ${done}/${total}${describe(values)}`);
    },
    [Symbol.dispose]: () => {},
  };
}

function describe(values: Readonly<Record<string, string>>): string {
  return Object.entries(values).map(([name, value]) => `  ${name} ${value}`).join("");
}
