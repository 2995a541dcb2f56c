/** Curves of long runs with fewer points: what a reader sees stays, the page stays small. */

/** What is thinned of a line: its points, and its band if it has one. */
interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly low?: readonly number[];
  readonly high?: readonly number[];
}

/** A curve of more points is thinned to so many. */
export const MOST_POINTS = 1000;

/**
 * The indices of the points that keep a curve's shape: largest triangle three buckets (Steinarsson 2013, "Downsampling time
 * series for visual representation", algorithm 4.2). Ends are kept, and of each bucket the point whose triangle with the point
 * before and the mean of the bucket after is the largest.
 * @param count at least 3
 */
export function thinnedIndices(x: readonly number[], y: readonly number[], count: number): number[] {
  const size = x.length;
  if (size <= count) return x.map((_, index) => index);
  const edge = (bucket: number) => 1 + Math.floor(bucket * (size - 2) / (count - 2));
  const kept = [0];
  for (let bucket = 0; bucket < count - 2; bucket++) {
    const [from, to] = [edge(bucket), edge(bucket + 1)];
    const after = bucket === count - 3 ? size : edge(bucket + 2);
    const next = meanPoint(x, y, to, Math.max(after, to + 1));
    const before = kept[kept.length - 1];
    let [best, largest] = [from, -1];
    for (let i = from; i < to; i++) {
      const area = Math.abs(
        (x[before] - next.x) * (y[i] - y[before]) - (x[before] - x[i]) * (next.y - y[before]),
      );
      if (area > largest) [best, largest] = [i, area];
    }
    kept.push(best);
  }
  return [...kept, size - 1];
}

function meanPoint(x: readonly number[], y: readonly number[], from: number, to: number): { x: number; y: number } {
  let [sumX, sumY] = [0, 0];
  for (let i = from; i < to; i++) [sumX, sumY] = [sumX + x[i], sumY + y[i]];
  return { x: sumX / (to - from), y: sumY / (to - from) };
}

/** A line with at most {@linkcode MOST_POINTS} points; its band has the same ones. */
export function thinLine<Line extends Curve>(line: Line): Line {
  if (line.x.length <= MOST_POINTS) return line;
  const kept = thinnedIndices(line.x, line.y, MOST_POINTS);
  const pick = (values: readonly number[]) => kept.map((index) => values[index]);
  return {
    ...line,
    x: pick(line.x),
    y: pick(line.y),
    ...(line.low === undefined ? {} : { low: pick(line.low) }),
    ...(line.high === undefined ? {} : { high: pick(line.high) }),
  };
}

/** What a figure says of lines that are thinned; nothing where none is. */
export function thinningNote(series: readonly Curve[]): string | undefined {
  const longest = series.reduce((most, { x }) => Math.max(most, x.length), 0);
  if (longest <= MOST_POINTS) return undefined;
  return `Drawn through ${MOST_POINTS} of ${longest} points, chosen so that the shape stays.`;
}
