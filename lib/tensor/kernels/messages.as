// Messages between variables, and pooling over variables. Channels are a multiple of 4.

// out[v, i, 0 … C) = mean and out[v, i, C … 2C) = maximum over the other present j of relu(a[v, i] + b[v, j] + e[v, i, j]).
export function pairMessages(a: usize, b: usize, e: usize, present: usize, out: usize, views: i32, n: i32, channels: i32): void {
  const width = <usize> channels * 4;
  const zero = f32x4.splat(0);
  for (let v: i32 = 0; v < views; v++) {
    const mask = present + <usize> v * n * 4;
    for (let i: i32 = 0; i < n; i++) {
      const row = <usize> (v * n + i);
      const mean = out + row * 2 * width;
      const best = mean + width;
      memory.fill(mean, 0, 2 * width);
      if (load<f32>(mask + <usize> i * 4) == 0) continue;
      let others: f32 = 0;
      for (let j: i32 = 0; j < n; j++) {
        if (j == i || load<f32>(mask + <usize> j * 4) == 0) continue;
        others += 1;
        const pa = a + row * width;
        const pb = b + <usize> (v * n + j) * width;
        const pe = e + (row * n + j) * width;
        for (let c: usize = 0; c < width; c += 16) {
          const value = f32x4.max(
            f32x4.add(f32x4.add(v128.load(pa + c), v128.load(pb + c)), v128.load(pe + c)),
            zero,
          );
          v128.store(mean + c, f32x4.add(v128.load(mean + c), value));
          v128.store(best + c, f32x4.max(v128.load(best + c), value));
        }
      }
      if (others > 1) {
        const share = f32x4.splat(1 / others);
        for (let c: usize = 0; c < width; c += 16) v128.store(mean + c, f32x4.mul(v128.load(mean + c), share));
      }
    }
  }
}

// Gradients of pairMessages: da, db, de from dout. Where several j reach the maximum, each receives the gradient.
export function pairMessagesGradient(
  a: usize,
  b: usize,
  e: usize,
  present: usize,
  out: usize,
  dout: usize,
  da: usize,
  db: usize,
  de: usize,
  views: i32,
  n: i32,
  channels: i32,
): void {
  const width = <usize> channels * 4;
  const zero = f32x4.splat(0);
  memory.fill(da, 0, <usize> views * n * width);
  memory.fill(db, 0, <usize> views * n * width);
  memory.fill(de, 0, <usize> views * n * n * width);
  for (let v: i32 = 0; v < views; v++) {
    const mask = present + <usize> v * n * 4;
    let count: f32 = 0;
    for (let j: i32 = 0; j < n; j++) count += load<f32>(mask + <usize> j * 4);
    const share = f32x4.splat(count > 2 ? 1 / (count - 1) : 1);
    for (let i: i32 = 0; i < n; i++) {
      if (load<f32>(mask + <usize> i * 4) == 0) continue;
      const row = <usize> (v * n + i);
      const pa = a + row * width;
      const ga = da + row * width;
      const best = out + row * 2 * width + width;
      const gm = dout + row * 2 * width;
      const gb = gm + width;
      for (let j: i32 = 0; j < n; j++) {
        if (j == i || load<f32>(mask + <usize> j * 4) == 0) continue;
        const column = <usize> (v * n + j) * width;
        const pb = b + column;
        const dpb = db + column;
        const cell = (row * n + j) * width;
        const pe = e + cell;
        const dpe = de + cell;
        for (let c: usize = 0; c < width; c += 16) {
          const value = f32x4.add(f32x4.add(v128.load(pa + c), v128.load(pb + c)), v128.load(pe + c));
          const highest = v128.and(v128.load(gb + c), f32x4.eq(value, v128.load(best + c)));
          const gradient = v128.andnot(
            f32x4.add(f32x4.mul(v128.load(gm + c), share), highest),
            f32x4.le(value, zero),
          );
          v128.store(dpe + c, gradient);
          v128.store(ga + c, f32x4.add(v128.load(ga + c), gradient));
          v128.store(dpb + c, f32x4.add(v128.load(dpb + c), gradient));
        }
      }
    }
  }
}

// out[v, 0 … C) = mean and out[v, C … 2C) = maximum over the present variables of h[v, i].
export function poolVariables(h: usize, present: usize, out: usize, views: i32, n: i32, channels: i32): void {
  const width = <usize> channels * 4;
  for (let v: i32 = 0; v < views; v++) {
    const mask = present + <usize> v * n * 4;
    const mean = out + <usize> v * 2 * width;
    const best = mean + width;
    memory.fill(mean, 0, 2 * width);
    let count: f32 = 0;
    for (let i: i32 = 0; i < n; i++) {
      if (load<f32>(mask + <usize> i * 4) == 0) continue;
      const row = h + <usize> (v * n + i) * width;
      for (let c: usize = 0; c < width; c += 16) {
        const value = v128.load(row + c);
        v128.store(mean + c, f32x4.add(v128.load(mean + c), value));
        v128.store(best + c, count == 0 ? value : f32x4.max(v128.load(best + c), value));
      }
      count += 1;
    }
    const share = f32x4.splat(1 / count);
    for (let c: usize = 0; c < width; c += 16) v128.store(mean + c, f32x4.mul(v128.load(mean + c), share));
  }
}

// Gradient of poolVariables. Where several variables reach the maximum, each receives the gradient.
export function poolVariablesGradient(
  h: usize,
  present: usize,
  out: usize,
  dout: usize,
  dh: usize,
  views: i32,
  n: i32,
  channels: i32,
): void {
  const width = <usize> channels * 4;
  memory.fill(dh, 0, <usize> views * n * width);
  for (let v: i32 = 0; v < views; v++) {
    const mask = present + <usize> v * n * 4;
    const best = out + <usize> v * 2 * width + width;
    const gm = dout + <usize> v * 2 * width;
    const gb = gm + width;
    let count: f32 = 0;
    for (let i: i32 = 0; i < n; i++) count += load<f32>(mask + <usize> i * 4);
    const share = f32x4.splat(1 / count);
    for (let i: i32 = 0; i < n; i++) {
      if (load<f32>(mask + <usize> i * 4) == 0) continue;
      const at = <usize> (v * n + i) * width;
      for (let c: usize = 0; c < width; c += 16) {
        const highest = v128.and(v128.load(gb + c), f32x4.eq(v128.load(h + at + c), v128.load(best + c)));
        v128.store(dh + at + c, f32x4.add(f32x4.mul(v128.load(gm + c), share), highest));
      }
    }
  }
}
