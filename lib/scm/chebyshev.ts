/** Interpolation of a function of one variable by polynomials through Chebyshev points, piecewise where one is not enough. */

/** An approximation of a function on an interval. */
export interface Interpolant {
  /** The value at x in [low, high]. */
  at(x: number): number;
  /** An estimate of the largest error. */
  readonly error: number;
  /** Where the interpolant is least and greatest. */
  readonly least: Extreme;
  readonly greatest: Extreme;
  /** A point near which the function seems to have no bound, as `1/x` at 0; `null` if there is none. */
  readonly pole: number | null;
}

/** A point and the value there. */
export interface Extreme {
  readonly x: number;
  readonly value: number;
}

const FIRST_INTERVALS = 8;
/** A piece that needs more is halved … */
const MOST_INTERVALS = 64;
/** … at most so often. */
const MOST_HALVINGS = 6;
/** What is still rough then is cut at its jumps: where two points hold more than so many tolerances between them … */
const JUMP_TOLERANCES = 4;
/** … at most so many … */
const MOST_JUMPS = 1000;
/** … found by so many halvings: to 10⁻¹² of a piece. */
const JUMP_HALVINGS = 40;
/** A gap that grows by this factor while its ends close in is no jump, but a pole. */
const POLE_GROWTH = 1e3;
/** Steps between neighbouring points in the scan for the extremes. */
const SCAN = 4;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const GOLDEN_STEPS = 40;

/** A polynomial on one piece: points from `high` down to `low`, and the values there. */
interface Piece {
  readonly points: Float64Array;
  readonly values: Float64Array;
  readonly error: number;
}

/**
 * Doubles the points of a piece, which are nested, until its error is within `tolerance(range)`; smooth functions need 17
 * or 33 points on one piece (Trefethen 2013, chapter 7). Kinks and fast oscillations end in short pieces of their own. The
 * error before a doubling is seen at the points that it adds; the error after it is taken to fall by the root of the factor of
 * the doubling before: half of its digits, to stay on the safe side of kinks. A step of the function ends one piece and
 * begins the next, so that no polynomial swings around it.
 *
 * @param tolerance the largest allowed error, given the range of the values seen so far
 */
export function interpolate(
  f: (x: number) => number,
  low: number,
  high: number,
  tolerance: (range: number) => number,
): Interpolant {
  let smallest = Infinity, largest = -Infinity;
  const observe = (x: number) => {
    const y = f(x);
    smallest = Math.min(smallest, y);
    largest = Math.max(largest, y);
    return y;
  };
  const allowed = () => tolerance(largest - smallest);
  const accurate = (piece: Piece) => piece.error <= allowed();
  let jumps = 0;
  let pole: number | null = null;
  /** A rough piece, or what lies between its steps. */
  const cut = (rough: Piece): Piece[] => {
    const found = jumps < MOST_JUMPS && pole === null ? findJumps(observe, rough, JUMP_TOLERANCES * allowed()) : [];
    if (found.length === 0) return [rough];
    jumps += found.length;
    pole = found.find(({ growth }) => growth > POLE_GROWTH)?.below ?? null;
    if (pole !== null) return [rough];
    const starts = [rough.points[rough.points.length - 1], ...found.map(({ above }) => above)];
    const ends = [...found.map(({ below }) => below), rough.points[0]];
    return starts.flatMap((a, k) => {
      const b = ends[k];
      if (!(a < b)) return [constantPiece(a, observe(a))];
      const piece = refinePiece(observe, a, b, accurate);
      return accurate(piece) ? [piece] : cut(piece);
    });
  };
  const build = (a: number, b: number, halvings: number): Piece[] => {
    const piece = refinePiece(observe, a, b, accurate);
    if (accurate(piece)) return [piece];
    if (halvings === MOST_HALVINGS) return cut(piece);
    const middle = 0.5 * (a + b);
    return [...build(a, middle, halvings + 1), ...build(middle, b, halvings + 1)];
  };
  const pieces = build(low, high, 0);
  return {
    at: (x) => evaluate(pieces.find(({ points }) => x <= points[0]) ?? pieces[pieces.length - 1], x),
    error: Math.max(...pieces.map(({ error }) => error)),
    least: pieces.map((piece) => extreme(piece, 1)).reduce((a, b) => b.value < a.value ? b : a),
    greatest: pieces.map((piece) => extreme(piece, -1)).reduce((a, b) => b.value > a.value ? b : a),
    pole,
  };
}

/** Two neighbouring points between which a function steps, and by how much the step grew while they closed in. */
interface Jump {
  readonly below: number;
  readonly above: number;
  readonly growth: number;
}

/** The steps of a piece that are more than `least` and do not vanish as their ends close in, from low to high. */
function findJumps(f: (x: number) => number, { points, values }: Piece, least: number): Jump[] {
  const gaps = Array.from({ length: points.length - 1 }, (_, k) => points.length - 1 - k);
  return gaps.flatMap((j) => {
    let below = points[j], above = points[j - 1], atBelow = values[j], atAbove = values[j - 1];
    const first = Math.abs(atAbove - atBelow);
    if (!(first > least)) return [];
    for (let k = 0; k < JUMP_HALVINGS; k++) {
      const middle = 0.5 * (below + above);
      if (middle <= below || middle >= above) break;
      const atMiddle = f(middle);
      if (Math.abs(atAbove - atMiddle) >= Math.abs(atMiddle - atBelow)) [below, atBelow] = [middle, atMiddle];
      else [above, atAbove] = [middle, atMiddle];
    }
    const last = Math.abs(atAbove - atBelow);
    return last > 0.5 * Math.min(first, 2 * least) ? [{ below, above, growth: last / first }] : [];
  });
}

/** The piece of a single point. */
function constantPiece(x: number, value: number): Piece {
  return { points: Float64Array.of(x, x), values: Float64Array.of(value, value), error: 0 };
}

function refinePiece(f: (x: number) => number, low: number, high: number, accurate: (piece: Piece) => boolean): Piece {
  const points = chebyshevPoints(low, high, FIRST_INTERVALS);
  let piece: Piece = { points, values: points.map(f), error: Infinity };
  let before = Infinity;
  for (let n = 2 * FIRST_INTERVALS; n <= MOST_INTERVALS && !accurate(piece); n *= 2) {
    const finer = chebyshevPoints(low, high, n);
    const values = new Float64Array(n + 1);
    let seen = 0;
    for (let j = 0; j <= n; j++) {
      values[j] = j % 2 === 0 ? piece.values[j / 2] : f(finer[j]);
      if (j % 2 === 1) seen = Math.max(seen, Math.abs(values[j] - evaluate(piece, finer[j])));
    }
    piece = { points: finer, values, error: before === Infinity ? seen : seen * Math.sqrt(Math.min(1, seen / before)) };
    before = Math.max(seen, Number.MIN_VALUE);
  }
  return piece;
}

/** The n + 1 Chebyshev points of the second kind; both ends are exact. */
function chebyshevPoints(low: number, high: number, n: number): Float64Array {
  const points = Float64Array.from(
    { length: n + 1 },
    (_, j) => 0.5 * (low + high) + 0.5 * (high - low) * Math.cos(Math.PI * j / n),
  );
  points[0] = high;
  points[n] = low;
  return points;
}

/** The barycentric formula (Berrut & Trefethen 2004, equation 5.4). */
function evaluate({ points, values }: Piece, x: number): number {
  const n = points.length - 1;
  let numerator = 0, denominator = 0;
  for (let j = 0; j <= n; j++) {
    const difference = x - points[j];
    if (difference === 0) return values[j];
    const weight = (j % 2 === 0 ? 1 : -1) * (j === 0 || j === n ? 0.5 : 1) / difference;
    numerator += weight * values[j];
    denominator += weight;
  }
  return numerator / denominator;
}

/** The least value of sign·polynomial: a scan, then golden-section search around the best point of the scan. */
function extreme(piece: Piece, sign: 1 | -1): Extreme {
  const { points } = piece;
  const grid = chebyshevPoints(points[points.length - 1], points[0], SCAN * (points.length - 1));
  const height = (x: number) => sign * evaluate(piece, x);
  const heights = grid.map(height);
  const best = heights.reduce((at, y, j) => y < heights[at] ? j : at, 0);
  let a = grid[Math.min(best + 1, grid.length - 1)], b = grid[Math.max(best - 1, 0)];
  for (let k = 0; k < GOLDEN_STEPS; k++) {
    const left = b - GOLDEN * (b - a), right = a + GOLDEN * (b - a);
    if (height(left) < height(right)) b = right;
    else a = left;
  }
  const middle = 0.5 * (a + b);
  // An end of the interval stays exact when it is the optimum.
  const x = height(middle) < heights[best] ? middle : grid[best];
  return { x, value: sign * height(x) };
}
