/** Loads the compiled kernels. */

/** Pages of 64 KiB: what the memory starts with and may grow to. Fixed by the build. */
export const PAGES = { initial: 256, maximum: 16384 };

/** The exports of lib/tensor/kernels; every argument is a byte offset, a count or a flag. */
export interface Kernels {
  gemm(a: number, b: number, c: number, m: number, n: number, k: number, accumulate: boolean): void;
  gemmAcross(
    a: number,
    b: number,
    c: number,
    scratch: number,
    m: number,
    n: number,
    k: number,
    accumulate: boolean,
  ): void;
  transpose(input: number, out: number, rows: number, columns: number): void;
  addBias(
    y: number,
    bias: number,
    shared: number,
    rows: number,
    columns: number,
    groupRows: number,
    activation: number,
  ): void;
  addInto(a: number, b: number, out: number, length: number): void;
  multiplyEntries(a: number, b: number, out: number, length: number): void;
  activate(y: number, slope: number, length: number, kind: number): void;
  spreadRows(x: number, out: number, rows: number, columns: number, groupRows: number, factor: number): void;
  sumOfSquares(x: number, length: number): number;
  adam(
    parameter: number,
    gradient: number,
    first: number,
    second: number,
    length: number,
    factor: number,
    beta1: number,
    rest1: number,
    beta2: number,
    rest2: number,
    rate: number,
    correction: number,
    epsilon: number,
  ): number;
  scaleInto(x: number, out: number, factor: number, length: number): void;
  reluGradient(dy: number, y: number, out: number, length: number): void;
  sumRows(x: number, out: number, rows: number, columns: number, groupRows: number): void;
  pairMessages(
    a: number,
    b: number,
    e: number,
    present: number,
    out: number,
    views: number,
    n: number,
    channels: number,
  ): void;
  pairMessagesGradient(
    a: number,
    b: number,
    e: number,
    present: number,
    out: number,
    dout: number,
    da: number,
    db: number,
    de: number,
    views: number,
    n: number,
    channels: number,
  ): void;
  poolVariables(h: number, present: number, out: number, views: number, n: number, channels: number): void;
  poolVariablesGradient(
    h: number,
    present: number,
    out: number,
    dout: number,
    dh: number,
    views: number,
    n: number,
    channels: number,
  ): void;
  attention(
    q: number,
    k: number,
    v: number,
    mask: number,
    bias: number,
    weights: number,
    out: number,
    scratch: number,
    batch: number,
    heads: number,
    queries: number,
    keys: number,
    headWidth: number,
    causal: boolean,
    scale: number,
  ): void;
  attentionGradient(
    q: number,
    k: number,
    v: number,
    weights: number,
    dout: number,
    dq: number,
    dk: number,
    dv: number,
    dbias: number,
    oneBias: boolean,
    scratch: number,
    batch: number,
    heads: number,
    queries: number,
    keys: number,
    headWidth: number,
    scale: number,
  ): void;
  layerNorm(
    x: number,
    scale: number,
    shift: number,
    out: number,
    moments: number,
    rows: number,
    columns: number,
    epsilon: number,
  ): void;
  layerNormGradient(
    x: number,
    scale: number,
    moments: number,
    dy: number,
    dx: number,
    dscale: number,
    dshift: number,
    rows: number,
    columns: number,
  ): void;
  logSoftmax(x: number, mask: number, out: number, rows: number, columns: number, excluded: number): void;
  logSoftmaxGradient(y: number, mask: number, dy: number, dx: number, rows: number, columns: number): void;
  softmax(
    x: number,
    out: number,
    rows: number,
    columns: number,
  ): void;
  combine(
    kind: number,
    a: number,
    b: number,
    out: number,
    n0: number,
    n1: number,
    n2: number,
    a0: number,
    a1: number,
    a2: number,
    b0: number,
    b1: number,
    b2: number,
  ): void;
  transform(
    kind: number,
    x: number,
    out: number,
    length: number,
  ): void;
  reduce(
    kind: number,
    x: number,
    out: number,
    outer: number,
    count: number,
    inner: number,
  ): void;
  copyRows(
    from: number,
    fromPitch: number,
    to: number,
    toPitch: number,
    rows: number,
    bytes: number,
  ): void;
  gather4(
    x: number,
    out: number,
    n0: number,
    n1: number,
    n2: number,
    n3: number,
    s0: number,
    s1: number,
    s2: number,
    s3: number,
  ): void;
  takeRows(
    table: number,
    index: number,
    out: number,
    rows: number,
    columns: number,
  ): void;
  addToRows(
    x: number,
    index: number,
    table: number,
    rows: number,
    columns: number,
  ): void;
}

const FOLDER = new URL("../kernels/", import.meta.url);

/** The build with relaxed SIMD (products and sums in one rounding), or the one for engines without. */
export type Build = "relaxed" | "plain";

/** The best build that this engine runs. */
export function detectBuild(): Build {
  return WebAssembly.validate(bytesOf("relaxed")) ? "relaxed" : "plain";
}

/** Compiles the kernels on a memory. */
export function loadKernels(memory: WebAssembly.Memory, build: Build): Kernels {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytesOf(build)), { env: { memory } });
  return exports as unknown as Kernels;
}

function bytesOf(build: Build): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(new URL(build === "relaxed" ? "kernels.relaxed.wasm" : "kernels.wasm", FOLDER));
}
