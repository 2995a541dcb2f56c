// What surrounds a matrix product in a layer: bias, activation, and their gradients.

const RELU: i32 = 1;

// y[row, :] += bias + shared[row / groupRows, :], then the activation (0 linear, 1 relu). bias or shared may be 0 (absent).
export function addBias(y: usize, bias: usize, shared: usize, rows: i32, columns: i32, groupRows: i32, activation: i32): void {
  const zero = f32x4.splat(0);
  for (let r: i32 = 0; r < rows; r++) {
    const line = y + <usize> r * columns * 4;
    const group: usize = shared == 0 ? 0 : shared + <usize> (r / groupRows) * columns * 4;
    let c: i32 = 0;
    for (; c + 4 <= columns; c += 4) {
      const at = <usize> c * 4;
      let value = v128.load(line + at);
      if (bias != 0) value = f32x4.add(value, v128.load(bias + at));
      if (group != 0) value = f32x4.add(value, v128.load(group + at));
      if (activation == RELU) value = f32x4.max(value, zero);
      v128.store(line + at, value);
    }
    for (; c < columns; c++) {
      const at = <usize> c * 4;
      let value = load<f32>(line + at);
      if (bias != 0) value += load<f32>(bias + at);
      if (group != 0) value += load<f32>(group + at);
      if (activation == RELU && value < 0) value = 0;
      store<f32>(line + at, value);
    }
  }
}

// out = 0 where y ≤ 0, else dy: a y that is not a number passes the gradient on, so that it shows.
export function reluGradient(dy: usize, y: usize, out: usize, length: i32): void {
  const zero = f32x4.splat(0);
  let i: i32 = 0;
  for (; i + 4 <= length; i += 4) {
    const at = <usize> i * 4;
    v128.store(out + at, v128.andnot(v128.load(dy + at), f32x4.le(v128.load(y + at), zero)));
  }
  for (; i < length; i++) {
    const at = <usize> i * 4;
    store<f32>(out + at, load<f32>(y + at) <= 0 ? 0 : load<f32>(dy + at));
  }
}

// out[g, c] = Σ over the groupRows rows of group g of x[row, c]; one group sums all rows.
export function sumRows(x: usize, out: usize, rows: i32, columns: i32, groupRows: i32): void {
  memory.fill(out, 0, <usize> (rows / groupRows) * columns * 4);
  for (let r: i32 = 0; r < rows; r++) {
    const line = x + <usize> r * columns * 4;
    const group = out + <usize> (r / groupRows) * columns * 4;
    let c: i32 = 0;
    for (; c + 4 <= columns; c += 4) {
      const at = <usize> c * 4;
      v128.store(group + at, f32x4.add(v128.load(group + at), v128.load(line + at)));
    }
    for (; c < columns; c++) {
      const at = <usize> c * 4;
      store<f32>(group + at, load<f32>(group + at) + load<f32>(line + at));
    }
  }
}

// out = a + b
export function addInto(a: usize, b: usize, out: usize, length: i32): void {
  let i: i32 = 0;
  for (; i + 4 <= length; i += 4) {
    const at = <usize> i * 4;
    v128.store(out + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
  }
  for (; i < length; i++) {
    const at = <usize> i * 4;
    store<f32>(out + at, load<f32>(a + at) + load<f32>(b + at));
  }
}

// out = a · b, entry by entry
export function multiplyEntries(a: usize, b: usize, out: usize, length: i32): void {
  let i: i32 = 0;
  for (; i + 4 <= length; i += 4) {
    const at = <usize> i * 4;
    v128.store(out + at, f32x4.mul(v128.load(a + at), v128.load(b + at)));
  }
  for (; i < length; i++) {
    const at = <usize> i * 4;
    store<f32>(out + at, load<f32>(a + at) * load<f32>(b + at));
  }
}

// out = x · factor
export function scaleInto(x: usize, out: usize, factor: f32, length: i32): void {
  const f = f32x4.splat(factor);
  let i: i32 = 0;
  for (; i + 4 <= length; i += 4) {
    const at = <usize> i * 4;
    v128.store(out + at, f32x4.mul(v128.load(x + at), f));
  }
  for (; i < length; i++) {
    const at = <usize> i * 4;
    store<f32>(out + at, load<f32>(x + at) * factor);
  }
}

// out[row, :] = factor · x[row / groupRows, :]
export function spreadRows(x: usize, out: usize, rows: i32, columns: i32, groupRows: i32, factor: f32): void {
  const width = <usize> columns * 4;
  for (let r: i32 = 0; r < rows; r += groupRows) {
    const first = out + <usize> r * width;
    scaleInto(x + <usize> (r / groupRows) * width, first, factor, columns);
    for (let copy: i32 = 1; copy < groupRows; copy++) memory.copy(first + <usize> copy * width, first, width);
  }
}
