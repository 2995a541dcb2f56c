// Transposition of matrices.

// out[columns, rows] = in[rows, columns]ᵀ
export function transpose(input: usize, out: usize, rows: i32, columns: i32): void {
  transposeBlock(input, <usize> columns * 4, out, <usize> rows * 4, rows, columns);
}

// The same for a part of a matrix, whose rows are `line` bytes apart, to one whose rows are lineOut bytes apart; in tiles of
// 4 × 4.
export function transposeBlock(
  input: usize,
  line: usize,
  out: usize,
  lineOut: usize,
  rows: i32,
  columns: i32,
): void {
  let r: i32 = 0;
  for (; r + 4 <= rows; r += 4) {
    let from = input + <usize> r * line;
    let to = out + <usize> r * 4;
    let c: i32 = 0;
    for (; c + 4 <= columns; c += 4) {
      const x0 = v128.load(from), x1 = v128.load(from + line);
      const x2 = v128.load(from + 2 * line), x3 = v128.load(from + 3 * line);
      const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
      const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
      v128.store(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
      v128.store(to + lineOut, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
      v128.store(to + 2 * lineOut, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
      v128.store(to + 3 * lineOut, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
      from += 16;
      to += 4 * lineOut;
    }
    transposeTile(input, out, r, r + 4, c, columns, line, lineOut);
  }
  transposeTile(input, out, r, rows, 0, columns, line, lineOut);
}

function transposeTile(
  input: usize,
  out: usize,
  fromRow: i32,
  toRow: i32,
  fromColumn: i32,
  toColumn: i32,
  line: usize,
  lineOut: usize,
): void {
  for (let r = fromRow; r < toRow; r++) {
    for (let c = fromColumn; c < toColumn; c++) {
      store<f32>(out + <usize> c * lineOut + <usize> r * 4, load<f32>(input + <usize> r * line + <usize> c * 4));
    }
  }
}
