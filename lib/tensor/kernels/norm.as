// Layer norm over rows (Ba et al. 2016) and its gradient.

// @ts-ignore: decorator
@inline
function sumLanes(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

// out = (x − mean) / √(variance + epsilon) · scale + shift of each row; moments[row] = [mean, 1 / √(variance + epsilon)].
export function layerNorm(
  x: usize,
  scale: usize,
  shift: usize,
  out: usize,
  moments: usize,
  rows: i32,
  columns: i32,
  epsilon: f32,
): void {
  const width = <usize> columns * 4;
  for (let r: i32 = 0; r < rows; r++) {
    const row = x + <usize> r * width;
    const to = out + <usize> r * width;
    let sums = f32x4.splat(0);
    let i: i32 = 0;
    for (; i + 4 <= columns; i += 4) sums = f32x4.add(sums, v128.load(row + <usize> i * 4));
    let sum = sumLanes(sums);
    for (; i < columns; i++) sum += load<f32>(row + <usize> i * 4);
    const mean = sum / <f32> columns;
    const mean4 = f32x4.splat(mean);
    sums = f32x4.splat(0);
    for (i = 0; i + 4 <= columns; i += 4) {
      const from = f32x4.sub(v128.load(row + <usize> i * 4), mean4);
      sums = f32x4.add(sums, f32x4.mul(from, from));
    }
    sum = sumLanes(sums);
    for (; i < columns; i++) {
      const from = load<f32>(row + <usize> i * 4) - mean;
      sum += from * from;
    }
    const inverse: f32 = 1 / sqrt<f32>(sum / <f32> columns + epsilon);
    store<f32>(moments + <usize> r * 8, mean);
    store<f32>(moments + <usize> r * 8, inverse, 4);
    for (i = 0; i + 4 <= columns; i += 4) {
      const at = <usize> i * 4;
      const unit = f32x4.mul(f32x4.sub(v128.load(row + at), mean4), f32x4.splat(inverse));
      v128.store(to + at, f32x4.add(f32x4.mul(unit, v128.load(scale + at)), v128.load(shift + at)));
    }
    for (; i < columns; i++) {
      const at = <usize> i * 4;
      store<f32>(to + at, (load<f32>(row + at) - mean) * inverse * load<f32>(scale + at) + load<f32>(shift + at));
    }
  }
}

// Gradients of layerNorm from that of its result.
export function layerNormGradient(
  x: usize,
  scale: usize,
  moments: usize,
  dy: usize,
  dx: usize,
  dscale: usize,
  dshift: usize,
  rows: i32,
  columns: i32,
): void {
  const width = <usize> columns * 4;
  memory.fill(dscale, 0, width);
  memory.fill(dshift, 0, width);
  for (let r: i32 = 0; r < rows; r++) {
    const row = x + <usize> r * width;
    const slope = dy + <usize> r * width;
    const to = dx + <usize> r * width;
    const mean = load<f32>(moments + <usize> r * 8);
    const inverse = load<f32>(moments + <usize> r * 8, 4);
    const mean4 = f32x4.splat(mean);
    const inverse4 = f32x4.splat(inverse);
    let slopes = f32x4.splat(0), products = slopes;
    let i: i32 = 0;
    for (; i + 4 <= columns; i += 4) {
      const at = <usize> i * 4;
      const unit = f32x4.mul(f32x4.sub(v128.load(row + at), mean4), inverse4);
      const d = v128.load(slope + at);
      v128.store(dshift + at, f32x4.add(v128.load(dshift + at), d));
      v128.store(dscale + at, f32x4.add(v128.load(dscale + at), f32x4.mul(d, unit)));
      const scaled = f32x4.mul(d, v128.load(scale + at));
      slopes = f32x4.add(slopes, scaled);
      products = f32x4.add(products, f32x4.mul(scaled, unit));
    }
    let sum = sumLanes(slopes);
    let product = sumLanes(products);
    for (; i < columns; i++) {
      const at = <usize> i * 4;
      const unit = (load<f32>(row + at) - mean) * inverse;
      const d = load<f32>(slope + at);
      store<f32>(dshift + at, load<f32>(dshift + at) + d);
      store<f32>(dscale + at, load<f32>(dscale + at) + d * unit);
      sum += d * load<f32>(scale + at);
      product += d * load<f32>(scale + at) * unit;
    }
    const average = sum / <f32> columns;
    const correlation = product / <f32> columns;
    for (i = 0; i + 4 <= columns; i += 4) {
      const at = <usize> i * 4;
      const unit = f32x4.mul(f32x4.sub(v128.load(row + at), mean4), inverse4);
      const scaled = f32x4.mul(v128.load(slope + at), v128.load(scale + at));
      const rest = f32x4.add(f32x4.splat(average), f32x4.mul(unit, f32x4.splat(correlation)));
      v128.store(to + at, f32x4.mul(f32x4.sub(scaled, rest), inverse4));
    }
    for (; i < columns; i++) {
      const at = <usize> i * 4;
      const unit = (load<f32>(row + at) - mean) * inverse;
      store<f32>(to + at, (load<f32>(slope + at) * load<f32>(scale + at) - average - unit * correlation) * inverse);
    }
  }
}
