/**
 * Talks to Weights & Biases in a process of its own: the SDK throws from event handlers and ends its process on Ctrl-C, which
 * training must survive. Reads messages from the standard input until it closes, then finishes the run. The folder has a
 * configuration and a lock of its own: only who tracks runs there downloads the SDK.
 */

import wandb from "npm:@wandb/sdk@0.5.1";
import process from "node:process";
import { TextLineStream } from "../lines.ts";
import type { WandbMessage } from "../messages.ts";

let run: Awaited<ReturnType<typeof wandb.init>> | undefined;
/** Of the training, which says it in the end: one that says nothing has died. */
let exitCode = 1;

for await (const line of Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())) {
  const message = JSON.parse(line) as WandbMessage;
  if (message.kind === "start") {
    const { project, entity, id, name } = message;
    // Weights & Biases keeps each entry of a config as an object with its value.
    const config = Object.fromEntries(Object.entries(message.config).map(([key, value]) => [key, { value }]));
    run = await wandb.init({ project, id, name, config, ...(entity === null ? {} : { entity }) });
    // Training decides when it ends; it closes the standard input then.
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.removeAllListeners(signal);
      process.on(signal, () => {});
    }
  } else if (message.kind === "finish") {
    exitCode = message.exitCode;
  } else {
    run?.log({ ...message.values, episode: message.update }, message.update);
  }
}
await run?.finish(exitCode);
Deno.exit(0);
