/** A peer of the policy-update benchmark: a Python process that runs steps on demand, so that it can be timed in turn with us. */

export type Part = "train" | "forward";

export const PEER_NAMES = ["jax", "torch"] as const;
export type PeerName = typeof PEER_NAMES[number];

export interface Peer {
  readonly name: PeerName;
  /** Milliseconds of each of `runs` steps on a batch. */
  times(batch: number, part: Part, runs: number): Promise<number[]>;
  stop(): void;
}

/** The Python with the peers' packages. */
export const PEERS_PYTHON = Deno.env.get("PEERS_PYTHON") ??
  new URL("../../results/peers/bin/python", import.meta.url).pathname;

/** Starts a peer, or null if this Python (or its library) is not installed. */
export async function startPeer(name: PeerName): Promise<Peer | null> {
  const script = new URL(`../peers/${name}_policy_update.py`, import.meta.url).pathname;
  let child: Deno.ChildProcess;
  try {
    const args = ["-B", script, "serve"];
    child = new Deno.Command(PEERS_PYTHON, { args, stdin: "piped", stdout: "piped", stderr: "null" }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const writer = child.stdin.getWriter();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  async function times(batch: number, part: Part, runs: number): Promise<number[]> {
    await writer.write(new TextEncoder().encode(`${batch} ${part} ${runs}\n`));
    while (!text.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`The peer ${name} stopped; run bench/peers/${name}_policy_update.py to see why`);
      text += value;
    }
    const end = text.indexOf("\n");
    const line = text.slice(0, end);
    text = text.slice(end + 1);
    return line.split(" ").map(Number);
  }
  try {
    await times(1, "forward", 1);
  } catch {
    return null;
  }
  return { name, times, stop: () => child.kill() };
}
