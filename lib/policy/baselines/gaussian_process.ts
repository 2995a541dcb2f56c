/**
 * Gaussian processes over the set value, one for each variable, with shared hyper-parameters of greatest marginal
 * likelihood (Rasmussen & Williams 2006, equations 2.23–2.24 and 2.30). Gains have mean 0, doing nothing, unless a prior
 * says otherwise.
 */

/** What is known of a function at a value before anything was set. */
export interface PriorBelief {
  readonly mean: number;
  readonly sd: number;
}

/** Distinct points at which one function was observed. */
export interface Observations {
  /** Scaled values. */
  readonly at: readonly number[];
  /** Rows at each point, and their mean. */
  readonly count: readonly number[];
  readonly mean: readonly number[];
  /**
   * The causal prior of Aglietti et al. (2020), equations 3 and 4: its mean is the process's, and its deviations add
   * `sd(v)·sd(w)` to the covariance. Left out: mean 0 and nothing added.
   */
  readonly prior?: (value: number) => PriorBelief;
}

/** Squared-exponential covariance `signal²·exp(−(v − w)² / 2 length²)` and independent Gaussian noise. */
export interface Hyperparameters {
  readonly length: number;
  readonly signal: number;
  readonly noise: number;
}

/** Candidates: lengths in scaled units (a domain is 2 long), the others in standard deviations of the target. */
const LENGTHS = [0.5, 1, 2, 4];
const SIGNALS = [0.5, 1, 2, 4, 8, 16];
const NOISES = [0.3, 0.6, 1];

/** Every candidate with one of the given signals. */
export function hyperparameterGrid(signals: readonly number[] = SIGNALS): readonly Hyperparameters[] {
  return LENGTHS.flatMap((length) => signals.flatMap((signal) => NOISES.map((noise) => ({ length, signal, noise }))));
}

const GRID = hyperparameterGrid();
const NO_PRIOR: PriorBelief = { mean: 0, sd: 0 };

/**
 * The hyper-parameters of greatest marginal likelihood on a grid; before any data unit ones, with the grid's first signal
 * if it has but one.
 * @param functions the observations of independent functions with the same hyper-parameters
 * @param scatter Σ of squared deviations of the rows from the mean of their point, over all points
 * @param grid the candidates
 */
export function fitHyperparameters(
  functions: readonly Observations[],
  scatter: number,
  grid: readonly Hyperparameters[] = GRID,
): Hyperparameters {
  const observed = functions.filter(({ at }) => at.length > 0);
  if (observed.length === 0) {
    return { length: 1, signal: grid.every(({ signal }) => signal === grid[0].signal) ? grid[0].signal : 1, noise: 1 };
  }
  const points = observed.flatMap(({ count }) => count);
  const repeats = points.reduce((sum, n) => sum + n - 1, 0);
  let best = grid[0];
  let bestEvidence = -Infinity;
  for (const candidate of grid) {
    const within = -0.5 * scatter / candidate.noise ** 2 - repeats * Math.log(candidate.noise);
    const evidence = observed.reduce((sum, data) => sum + logEvidence(data, candidate), within);
    if (evidence > bestEvidence) {
      best = candidate;
      bestEvidence = evidence;
    }
  }
  return best;
}

/** The log marginal likelihood of the points' means, without constants. */
export function logEvidence(data: Observations, hyper: Hyperparameters): number {
  const { factor, weights, residuals } = condition(data, hyper);
  const size = data.at.length;
  let evidence = 0;
  for (let i = 0; i < size; i++) evidence -= 0.5 * residuals[i] * weights[i] + Math.log(factor[i * size + i]);
  return evidence;
}

/** Posterior mean and standard deviation of the function, without noise, at each value. */
export function predict(
  data: Observations,
  hyper: Hyperparameters,
  values: readonly number[],
): { readonly mean: Float64Array; readonly sd: Float64Array } {
  const size = data.at.length;
  const { factor, weights, priors } = condition(data, hyper);
  const mean = new Float64Array(values.length);
  const sd = new Float64Array(values.length);
  const solved = new Float64Array(size);
  values.forEach((value, k) => {
    const prior = data.prior?.(value) ?? NO_PRIOR;
    let variance = hyper.signal ** 2 + prior.sd ** 2;
    mean[k] = prior.mean;
    for (let i = 0; i < size; i++) {
      const covariance = kernel(value, data.at[i], hyper) + prior.sd * priors[i].sd;
      mean[k] += covariance * weights[i];
      let sum = covariance;
      for (let j = 0; j < i; j++) sum -= factor[i * size + j] * solved[j];
      solved[i] = sum / factor[i * size + i];
      variance -= solved[i] ** 2;
    }
    sd[k] = Math.sqrt(Math.max(0, variance));
  });
  return { mean, sd };
}

/** `E[max(f − incumbent − margin, 0)]` (Jones, Schonlau & Welch 1998, equation 15). */
export function expectedImprovement(mean: number, sd: number, incumbent: number, margin: number): number {
  const gap = mean - incumbent - margin;
  if (sd === 0) return Math.max(0, gap);
  const z = gap / sd;
  const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  return Math.max(0, gap * normalCdf(z) + sd * density);
}

/** Abramowitz & Stegun (1964), 26.2.17; absolute error below 7.5e-8. */
function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const polynomial = t *
    (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = polynomial * Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
  return z > 0 ? 1 - tail : tail;
}

function kernel(v: number, w: number, { length, signal }: Hyperparameters): number {
  return signal ** 2 * Math.exp(-0.5 * ((v - w) / length) ** 2);
}

/** Cholesky factor L of `K + noise² / count`, and `(LLᵀ)⁻¹ residuals` of the means less the prior's. */
function condition({ at, count, mean, prior }: Observations, hyper: Hyperparameters) {
  const size = at.length;
  const factor = new Float64Array(size * size);
  const priors = at.map((value) => prior?.(value) ?? NO_PRIOR);
  const residuals = mean.map((value, i) => value - priors[i].mean);
  const weights = Float64Array.from(residuals);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = kernel(at[i], at[j], hyper) + priors[i].sd * priors[j].sd;
      if (i === j) sum += hyper.noise ** 2 / count[i];
      for (let k = 0; k < j; k++) sum -= factor[i * size + k] * factor[j * size + k];
      factor[i * size + j] = i === j ? Math.sqrt(sum) : sum / factor[j * size + j];
    }
    let sum = weights[i];
    for (let k = 0; k < i; k++) sum -= factor[i * size + k] * weights[k];
    weights[i] = sum / factor[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = weights[i];
    for (let k = i + 1; k < size; k++) sum -= factor[k * size + i] * weights[k];
    weights[i] = sum / factor[i * size + i];
  }
  return { factor, weights, priors, residuals };
}
