/**
 * The prefixes of a batch of strings as a tree. A causal network gives the same hidden state wherever strings begin alike,
 * so each distinct prefix is one row: a prompt shared by a group is encoded once, and so is whatever its members agree on.
 */

/** Rows in an order in which parents come before their children. */
export interface PrefixTree {
  readonly rows: number;
  /** `[rows]` the last token of each prefix. */
  readonly tokens: Int32Array;
  /** `[rows]` position of that token. */
  readonly depth: Int32Array;
  /** `[rows + 1]` where each row's ancestors begin in `ancestors`. */
  readonly offsets: Int32Array;
  /** Rows that a row attends to: its prefix from the first token to itself. */
  readonly ancestors: Int32Array;
  /** `[count, length]` row of each position of each string. */
  readonly rowOf: Int32Array;
  readonly longest: number;
}

/**
 * Builds the tree of `count` strings of `length` tokens.
 * @param tokens `[count, length]`
 * @param merge false gives every string rows of its own (string by string), for backends that want rectangles
 */
export function prefixTree(tokens: Int32Array, count: number, length: number, merge: boolean): PrefixTree {
  const rowOf = new Int32Array(count * length);
  const parents: number[] = [];
  const last: number[] = [];
  const depth: number[] = [];
  const children = new Map<number, number>();
  const span = 1 + tokens.reduce((largest, token) => Math.max(largest, token), 0);
  for (let s = 0; s < count; s++) {
    let parent = -1;
    for (let position = 0; position < length; position++) {
      const token = tokens[s * length + position];
      const key: number = (parent + 1) * span + token;
      let row = merge ? children.get(key) : undefined;
      if (row === undefined) {
        row = last.push(token) - 1;
        parents.push(parent);
        depth.push(position);
        children.set(key, row);
      }
      rowOf[s * length + position] = row;
      parent = row;
    }
  }
  const rows = last.length;
  const offsets = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++) offsets[row + 1] = offsets[row] + depth[row] + 1;
  const ancestors = new Int32Array(offsets[rows]);
  for (let row = 0; row < rows; row++) {
    const parent = parents[row];
    if (parent >= 0) ancestors.set(ancestors.subarray(offsets[parent], offsets[parent + 1]), offsets[row]);
    ancestors[offsets[row + 1] - 1] = row;
  }
  return {
    rows,
    tokens: Int32Array.from(last),
    depth: Int32Array.from(depth),
    offsets,
    ancestors,
    rowOf,
    longest: length,
  };
}
