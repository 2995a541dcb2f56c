// Copies that change the order or the number of entries.

// `rows` runs of `bytes`, each `fromPitch` bytes behind the one before and written `toPitch` bytes behind it.
export function copyRows(from: usize, fromPitch: i32, to: usize, toPitch: i32, rows: i32, bytes: i32): void {
  for (let r: i32 = 0; r < rows; r++) {
    memory.copy(to, from, <usize> bytes);
    from += <usize> fromPitch;
    to += <usize> toPitch;
  }
}

// out[i, j, k, l] = x[i·s0 + j·s1 + k·s2 + l·s3], out contiguous.
export function gather4(
  x: usize,
  out: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  n3: i32,
  s0: i32,
  s1: i32,
  s2: i32,
  s3: i32,
): void {
  const bytes = <usize> n3 * 4;
  for (let i: i32 = 0; i < n0; i++) {
    for (let j: i32 = 0; j < n1; j++) {
      let from = x + <usize> (i * s0 + j * s1) * 4;
      for (let k: i32 = 0; k < n2; k++) {
        if (s3 == 1) memory.copy(out, from, bytes);
        else for (let l: i32 = 0; l < n3; l++) store<f32>(out + <usize> l * 4, load<f32>(from + <usize> (l * s3) * 4));
        from += <usize> s2 * 4;
        out += bytes;
      }
    }
  }
}

// out[r, :] = table[index[r], :]
export function takeRows(table: usize, index: usize, out: usize, rows: i32, columns: i32): void {
  const width = <usize> columns * 4;
  for (let r: i32 = 0; r < rows; r++) {
    memory.copy(out + <usize> r * width, table + <usize> load<i32>(index + <usize> r * 4) * width, width);
  }
}

// table[index[r], :] += x[r, :]
export function addToRows(x: usize, index: usize, table: usize, rows: i32, columns: i32): void {
  const width = <usize> columns * 4;
  for (let r: i32 = 0; r < rows; r++) {
    const from = x + <usize> r * width;
    const to = table + <usize> load<i32>(index + <usize> r * 4) * width;
    let c: i32 = 0;
    for (; c + 4 <= columns; c += 4) {
      const at = <usize> c * 4;
      v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(from + at)));
    }
    for (; c < columns; c++) {
      const at = <usize> c * 4;
      store<f32>(to + at, load<f32>(to + at) + load<f32>(from + at));
    }
  }
}
