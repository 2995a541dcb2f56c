/**
 * `deno task bench`: one optimisation step of a small policy network, ours beside jitted JAX and PyTorch doing the
 * same work. B states × 8 variables × 16 features; dense 16→64→64 (ReLU), its mean over variables beside each variable,
 * dense 128→64→64 (ReLU), 2 outputs; joint log-probability of a variable and a value, clipped surrogate, entropy bonus,
 * gradient, Adam. `forward` is the network alone. Times are medians; the ratios compare runs on one machine in turn.
 *
 * `deno task bench:peers` installs the peers; PEERS_PYTHON in the environment names another Python with jax and optax or
 * torch, BACKEND another tensor backend than simd. Arguments: batch sizes.
 */

import * as tf from "@tensorflow/tfjs-core";
import {
  type BackendName,
  clippedObjective,
  createVariableAdam,
  denseSum,
  groupMeans,
  jointGaussian,
  useBackend,
} from "../lib/tensor/mod.ts";

const [N, F, H] = [8, 16, 64];
const [LOG_STD, CLIP, ENTROPY, RATE] = [Math.log(1.5), 0.2, 0.01, 5e-4];
const PEERS = ["jax", "torch"];
const PYTHON = Deno.env.get("PEERS_PYTHON") ?? new URL("../results/peers/bin/python", import.meta.url).pathname;

interface Times {
  readonly train: number;
  readonly forward: number;
}

/** The same network and loss as the peers'. */
function createWork(batch: number) {
  const rows = batch * N;
  const kernel = (inputs: number, outputs: number) => tf.variable(tf.randomNormal([inputs, outputs], 0, 0.1));
  const bias = (outputs: number) => tf.variable(tf.zeros([outputs]));
  const k = [kernel(F, H), kernel(H, H), kernel(H, H), kernel(H, H), kernel(H, H), kernel(H, 2)];
  const b = [bias(H), bias(H), bias(H), bias(H), bias(2)];
  const x = tf.randomNormal([rows, F]) as tf.Tensor2D;
  const random = (scale: number, shift: number) =>
    tf.tidy(() => tf.add(tf.mul(tf.randomNormal([batch, 1]), scale), shift) as tf.Tensor2D);
  const [advantage, oldLogProb] = [random(1, 0), random(0.1, -3)];
  const weight = tf.fill([batch, 1], -1 / batch) as tf.Tensor2D;
  const entropyWeight = tf.fill([batch, 1], -ENTROPY / batch) as tf.Tensor2D;
  const variable = Int32Array.from({ length: batch }, (_, i) => i * 5 % N);
  const value = Float32Array.from(random(1, 0).dataSync());
  const settable = new Float32Array(rows).fill(1);

  const layer = (weights: number, biases: number, activation: "relu" | "linear") => ({
    kernel: k[weights] as unknown as tf.Tensor2D,
    bias: b[biases] as unknown as tf.Tensor1D,
    activation,
  });
  const [enter, encode, mix, decode, output] = [
    layer(0, 0, "relu"),
    layer(1, 1, "relu"),
    layer(2, 2, "relu"),
    layer(4, 3, "relu"),
    layer(5, 4, "linear"),
  ];
  const forward = () =>
    tf.tidy(() => {
      const h = denseSum([{ x, kernel: enter.kernel, constant: true }], enter.bias, null, "relu", [encode]);
      // A mean that all variables of a state share is multiplied once, not once for each of them.
      const mean = { x: groupMeans(h, batch), kernel: k[3] as unknown as tf.Tensor2D, constant: false };
      return denseSum([{ x: h, kernel: mix.kernel, constant: false }], mix.bias, mean, "relu", [decode, output]);
    });
  const loss = () => {
    const scores = tf.reshape(forward(), [batch, N, 2]) as tf.Tensor3D;
    const spread = { logStd: LOG_STD, low: LOG_STD, high: LOG_STD };
    const scored = jointGaussian(scores, settable, variable, value, 1, spread);
    return clippedObjective(scored, { oldLogProb, advantage, weight, entropyWeight }, { low: CLIP, high: CLIP });
  };
  const variables = [...k, ...b];
  const adam = createVariableAdam(variables, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const train = async () => {
    const { value: l, grads } = tf.variableGrads(loss, variables);
    await adam.step(variables.map(({ name }) => grads[name]), RATE, Infinity);
    tf.dispose([l, grads]);
  };
  const predict = async () => {
    const y = forward();
    await y.data();
    y.dispose();
  };
  return {
    train,
    predict,
    dispose: () => (adam.dispose(), tf.dispose([...variables, x, advantage, oldLogProb, weight, entropyWeight])),
  };
}

async function medianMs(f: () => Promise<void>, runs = 100, warm = 30): Promise<number> {
  for (let i = 0; i < warm; i++) await f();
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await f();
    times.push(performance.now() - start);
  }
  return times.sort((a, c) => a - c)[runs >> 1];
}

async function ours(batch: number): Promise<Times> {
  const work = createWork(batch);
  const times = { train: await medianMs(work.train), forward: await medianMs(work.predict) };
  work.dispose();
  return times;
}

/** A peer's times, or null if it is not installed. */
async function timesOf(peer: string, batch: number): Promise<Times | null> {
  const script = new URL(`peers/${peer}_policy_update.py`, import.meta.url).pathname;
  try {
    const { stdout } = await new Deno.Command(PYTHON, { args: [script, String(batch)], stderr: "null" }).output();
    const found = /train_ms=([\d.]+) forward_ms=([\d.]+)/.exec(new TextDecoder().decode(stdout));
    return found === null ? null : { train: Number(found[1]), forward: Number(found[2]) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

const format = ({ train, forward }: Times) => `${train.toFixed(3).padStart(9)} ${forward.toFixed(3).padStart(9)}`;

if (import.meta.main) {
  const backend = await useBackend((Deno.env.get("BACKEND") ?? "simd") as BackendName);
  print(`${"".padEnd(16)} ${"train ms".padStart(9)} ${"fwd ms".padStart(9)}   ours/peer: train, forward`);
  for (const batch of Deno.args.length > 0 ? Deno.args.map(Number) : [16, 160, 1600]) {
    const own = await ours(batch);
    print(`${`${backend} B=${batch}`.padEnd(16)} ${format(own)}`);
    for (const peer of PEERS) {
      const theirs = await timesOf(peer, batch);
      const name = `${peer} B=${batch}`.padEnd(16);
      if (theirs === null) {
        print(`${name} not installed: deno task bench:peers`);
        continue;
      }
      const ratios = `${(own.train / theirs.train).toFixed(2)}, ${(own.forward / theirs.forward).toFixed(2)}`;
      print(`${name} ${format(theirs)}   ${ratios}`);
    }
  }
}
