/** Threads that answer requests one after the other, and work that is spread over them. */

import { breathe } from "../signals/interrupt.ts";

/** What a thread posts back: the answer to its oldest request that has none yet, or why there is none. */
type Posted<Reply> = { readonly reply: Reply } | { readonly name: string; readonly message: string };

/** A thread of the module it was started with. */
export interface Thread<Request, Reply> extends Disposable {
  /** Requests are answered in the order in which they were made; what the other thread throws is thrown here. */
  ask(request: Request): Promise<Reply>;
}

/** The number of threads that is meant, this one among them: 0 stands for one for each core. */
export function threadCount(asked: number): number {
  return asked === 0 ? navigator.hardwareConcurrency : asked;
}

/**
 * Starts a thread.
 * @param module calls {@linkcode serve} when it is loaded
 * @param restored makes an error of its name and message; by default a plain error that bears the name
 */
export function startThread<Request, Reply>(
  module: URL,
  restored: (name: string, message: string) => Error = named,
): Thread<Request, Reply> {
  const worker = new Worker(module, { type: "module" });
  const waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  worker.onmessage = ({ data }: MessageEvent<Posted<Reply>>) => {
    const request = waiting.shift();
    if ("reply" in data) request?.resolve(data.reply);
    else request?.reject(restored(data.name, data.message));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    for (const { reject } of waiting.splice(0)) reject(new Error(`a worker stopped: ${event.message}`));
  };
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        worker.postMessage(request);
      }),
    [Symbol.dispose]: () => worker.terminate(),
  };
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/** Within a thread: answers everything that it is asked, one request after the other. */
export function serve<Request, Reply>(answer: (request: Request) => Reply | Promise<Reply>): void {
  const scope = self as unknown as {
    onmessage: (event: MessageEvent<Request>) => void;
    postMessage(posted: Posted<Reply>): void;
  };
  let last: Promise<void> = Promise.resolve();
  scope.onmessage = ({ data }) => {
    last = last.then(async () => {
      try {
        scope.postMessage({ reply: await answer(data) });
      } catch (error) {
        const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
        scope.postMessage({ name, message });
      }
    });
  };
}

/** Requests that a thread holds at once, so that it goes on while this thread is busy. */
const HELD = 2;

/**
 * Answers every item, each by whichever thread is free, this one among them. The answers are in the order of the items.
 * @param threads ask one of the other threads each
 * @param own the answer by this thread
 */
export async function spread<Item, Reply>(
  items: readonly Item[],
  threads: readonly ((item: Item) => Promise<Reply>)[],
  own: (item: Item) => Reply | Promise<Reply>,
): Promise<readonly Reply[]> {
  const replies = new Array<Reply>(items.length);
  let next = 0;
  const work = async (answer: (item: Item) => Reply | Promise<Reply>, after?: () => Promise<void>) => {
    while (next < items.length) {
      const item = next++;
      replies[item] = await answer(items[item]);
      await after?.();
    }
  };
  const others = threads.flatMap((ask) => Array.from({ length: HELD }, () => work(ask)));
  await Promise.all([...others, work(own, breathe)]);
  return replies;
}
