/** The kinds of noise: one record for each. */

import type { Stream } from "../random/mod.ts";
import { formatValue } from "./mechanisms/terms.ts";
import type { NoiseDistribution } from "./types.ts";

/** Half the width of the uniform distribution with variance 1. */
const UNIFORM_REACH = Math.sqrt(3);
/** Mean of the standard Gumbel distribution: the Euler–Mascheroni constant. */
const GUMBEL_MEAN = 0.5772156649015329;
/** Standard deviation of the standard Gumbel distribution. */
const GUMBEL_DEVIATION = Math.PI / Math.sqrt(6);

/** A kind of noise. Every kind but `between` is standardised: mean 0 and variance 1. */
export interface NoiseKind<Own extends NoiseDistribution> {
  readonly kind: Own["kind"];
  /** Its name in files. */
  readonly name: string;
  /** Its own keys in files, and the fields that hold them. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether −ε is as likely as ε. */
  readonly symmetric: boolean;
  /**
   * Whether noise has bounds, which a simulation must not cross: a root or a logarithm may stand behind them. Such a kind needs
   * a `quantile`.
   */
  readonly bounded: boolean;
  sample(own: Own, stream: Stream): number;
  /** The value below which noise lies with probability u in [0, 1); a kind that has it is drawn as that of one uniform number. */
  quantile?(own: Own, u: number): number;
  mean(own: Own): number;
  /** What is wrong with its parameters, if anything is. */
  fault(own: Own): string | null;
  /** Its law for people, e.g. `ε ~ N(0, 1)`, with its standard deviation. */
  text(own: Own, scale: number): string;
}

type Of<Kind extends NoiseDistribution["kind"]> = NoiseDistribution & { readonly kind: Kind };

const STANDARDISED = { parameters: {}, mean: () => 0, fault: () => null, bounded: false } as const;

/** What a standardised kind that is drawn as a quantile says beside its kind. */
interface QuantileLaw {
  readonly quantile: (u: number) => number;
  readonly symmetric: boolean;
  readonly bounded: boolean;
  readonly text: (scale: number) => string;
}

function quantileKind<Own extends NoiseDistribution>(kind: Own["kind"], law: QuantileLaw): NoiseKind<Own> {
  return {
    ...STANDARDISED,
    kind,
    name: kind,
    symmetric: law.symmetric,
    bounded: law.bounded,
    sample: (_, stream) => law.quantile(stream.uniform()),
    quantile: (_, u) => law.quantile(u),
    text: (_, scale) => law.text(scale),
  };
}

const gaussian: NoiseKind<Of<"gaussian">> = {
  ...STANDARDISED,
  kind: "gaussian",
  name: "gaussian",
  symmetric: true,
  sample: (_, stream) => stream.normal(),
  text: (_, scale) => `ε ~ N(0, ${scale === 1 ? "1" : `${formatValue(scale)}²`})`,
};

const uniform = quantileKind<Of<"uniform">>("uniform", {
  quantile: (u) => UNIFORM_REACH * (2 * u - 1),
  symmetric: true,
  bounded: true,
  text: (scale) => `ε ~ U(−${formatValue(UNIFORM_REACH * scale)}, ${formatValue(UNIFORM_REACH * scale)})`,
});

/** u = 0 is taken as 2⁻⁵⁴, so that the quantile is finite. */
const positive = (u: number) => u || 2 ** -54;

const laplace = quantileKind<Of<"laplace">>("laplace", {
  quantile: (u) => {
    const p = positive(u);
    return Math.SQRT1_2 * (p < 0.5 ? Math.log(2 * p) : -Math.log(2 - 2 * p));
  },
  symmetric: true,
  bounded: false,
  text: (scale) => `ε ~ Laplace of mean 0 and deviation ${formatValue(scale)}`,
});

const gumbel = quantileKind<Of<"gumbel">>("gumbel", {
  quantile: (u) => (-Math.log(-Math.log(positive(u))) - GUMBEL_MEAN) / GUMBEL_DEVIATION,
  symmetric: false,
  bounded: false,
  text: (scale) => `ε ~ Gumbel of mean 0 and deviation ${formatValue(scale)}`,
});

const studentT: NoiseKind<Of<"student-t">> = {
  ...STANDARDISED,
  kind: "student-t",
  name: "student-t",
  parameters: { degrees_of_freedom: "degreesOfFreedom" },
  symmetric: true,
  sample({ degreesOfFreedom }, stream) {
    const z = stream.normal();
    return z * Math.sqrt((degreesOfFreedom - 2) / (2 * sampleGamma(degreesOfFreedom / 2, stream)));
  },
  fault: ({ degreesOfFreedom }) =>
    degreesOfFreedom > 2 && degreesOfFreedom < Infinity
      ? null
      : `Student noise with ${degreesOfFreedom} degrees of freedom has no variance; use more than 2`,
  text: ({ degreesOfFreedom }, scale) => `ε ~ t(${formatValue(degreesOfFreedom)}) of deviation ${formatValue(scale)}`,
};

/** Uniform between two ends, which it never crosses, not even by rounding. */
const between: NoiseKind<Of<"between">> = {
  kind: "between",
  name: "uniform",
  parameters: { low: "low", high: "high" },
  symmetric: false,
  bounded: true,
  sample: ({ low, high }, stream) => within(low, high, stream.uniform()),
  quantile: ({ low, high }, u) => within(low, high, u),
  mean: ({ low, high }) => 0.5 * low + 0.5 * high,
  fault: ({ low, high }) =>
    Number.isFinite(low) && Number.isFinite(high) && low < high
      ? null
      : `uniform noise between ${low} and ${high} is empty: the low end must be below the high one`,
  text: ({ low, high }) => `ε ~ U(${formatValue(low)}, ${formatValue(high)})`,
};

function within(low: number, high: number, u: number): number {
  return Math.min(high, Math.max(low, low * (1 - u) + high * u));
}

/** In the order in which random kinds are chosen from their weights: it is part of what a seed means. */
const NOISE_KINDS: readonly NoiseKind<NoiseDistribution>[] = [gaussian, uniform, laplace, gumbel, studentT, between]
  .map((kind) => kind as unknown as NoiseKind<NoiseDistribution>);

const byKind = new Map<string, NoiseKind<NoiseDistribution>>(NOISE_KINDS.map((kind) => [kind.kind, kind]));

/** The record of a distribution's kind. */
export function noiseKind({ kind }: NoiseDistribution): NoiseKind<NoiseDistribution> {
  const found = byKind.get(kind);
  if (found === undefined) throw new RangeError(`"${kind}" is no kind of noise`);
  return found;
}

/** Every kind. */
export function noiseKinds(): readonly NoiseKind<NoiseDistribution>[] {
  return NOISE_KINDS;
}

/** The kinds that a random SCM's noise is drawn from: the standardised ones. */
export const DRAWN_NOISE = ["gaussian", "uniform", "laplace", "gumbel", "student-t"] as const;

/** Uniform on (0, 1). */
function positiveUniform(stream: Stream): number {
  return positive(stream.uniform());
}

/** Gamma(shape, 1) for shape ≥ 1 (Marsaglia & Tsang 2000, "A simple method for generating gamma variables"). */
function sampleGamma(shape: number, stream: Stream): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = stream.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(positiveUniform(stream)) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
