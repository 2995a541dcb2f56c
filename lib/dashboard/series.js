// @ts-check
/** What the dashboard's page computes of runs and their curves. */

/**
 * Exponential moving average, corrected for its start as Adam's moments are.
 * @param {readonly number[]} values
 * @param {number} weight of what came before, in [0, 1)
 * @returns {readonly number[]}
 */
export function smooth(values, weight) {
  if (weight === 0) return values;
  let mean = 0;
  return values.map((value, index) => {
    mean = weight * mean + (1 - weight) * value;
    return mean / (1 - weight ** (index + 1));
  });
}

/**
 * Mean, lowest and highest value of several curves at every place where more than one of them has a value.
 * @param {readonly { readonly x: readonly number[], readonly y: readonly number[] }[]} curves
 */
export function bandOf(curves) {
  /** @type {Map<number, number[]>} */
  const at = new Map();
  for (const { x, y } of curves) {
    x.forEach((place, i) => at.set(place, [...at.get(place) ?? [], y[i]]));
  }
  const shared = [...at].filter(([, values]) => values.length > 1).toSorted(([a], [b]) => a - b);
  return {
    x: shared.map(([place]) => place),
    mean: shared.map(([, values]) => values.reduce((sum, value) => sum + value, 0) / values.length),
    low: shared.map(([, values]) => Math.min(...values)),
    high: shared.map(([, values]) => Math.max(...values)),
  };
}

/**
 * A text that the configs of runs share which differ in their seed alone.
 * @param {Readonly<Record<string, unknown>>} config
 */
export function withoutSeed(config) {
  return JSON.stringify({ ...config, seed: null });
}

/**
 * How many updates a run is to have, as its config says; undefined if it does not.
 * @param {any} config
 * @returns {number | undefined}
 */
export function totalUpdates(config) {
  const supervised = config?.supervision?.updates;
  const total = supervised > 0 ? supervised : config?.grpo?.updates ?? config?.training?.updates;
  return typeof total === "number" ? total : undefined;
}

/**
 * Seconds for a reader: 45 s, 2 min 05 s, 1 h 05 min.
 * @param {number} seconds
 */
export function spanText(seconds) {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  if (hours > 0) return `${hours} h ${two(minutes)} min`;
  return minutes > 0 ? `${minutes} min ${two(whole % 60)} s` : `${whole} s`;
}
