/** Random SCMs whose variables differ in kind: laws of roots and noise, strength of causes, position of domains. */

import type { Stream } from "../../random/mod.ts";
import type { ComposedMechanism, ComposedTerm } from "../mechanisms/composed.ts";
import { ancestorsOf } from "../graph.ts";
import { compileMechanism, drawMechanism, drawnKinds, type Mechanism } from "../mechanisms/registry.ts";
import { momentsOf } from "../mechanisms/scaling.ts";
import type { Domain, Noise, Scm, Variable } from "../types.ts";
import {
  DOMAIN_SHAPES,
  NOISE_ACTIONS,
  type Range,
  ROOT_LAWS,
  type ScmDistribution,
  type Variety,
} from "./distribution.ts";
import { drawName, drawSigned, drawUniform } from "./draw.ts";
import { createPilot, OBSERVED_ROWS, type Pilot, setPilotInto, simulateInto } from "./pilot.ts";
import { drawNoise, HIDDEN_NOISE, type Skeleton } from "./skeleton.ts";

/** What is drawn of one variable; a private cause is a hidden variable that causes it alone. */
interface Drawn {
  readonly mechanism: Mechanism;
  readonly noise: Noise;
  readonly parents: readonly number[];
}

interface Draft {
  readonly distribution: ScmDistribution;
  readonly variety: Variety;
  readonly pilot: Pilot;
  readonly stream: Stream;
  /** Adds a hidden cause of unit variance; returns its index. */
  addPrivate(): number;
}

/** Fills a graph with variables, causes first; see {@linkcode Variety}. */
export function drawVariedVariables(
  { name, observed, parents, order, target }: Skeleton,
  distribution: ScmDistribution,
  variety: Variety,
  stream: Stream,
): Scm {
  const settable = Array.from({ length: observed }, (_, v) => v).filter((v) => v !== target);
  const pilot = createPilot(parents.length + observed, settable, stream);
  const variables: Variable[] = new Array(parents.length);
  const drawnOrder: number[] = [];
  // One cause of the target can always be set.
  const causes = ancestorsOf(parents, target);
  const free = stream.choice(settable.filter((v) => causes[v] === 1));
  const hide = (index: number) => {
    variables[index] = {
      name: `U${index - observed}`,
      parents: [],
      mechanism: { kind: "linear", intercept: 0, weights: [] },
      noise: HIDDEN_NOISE,
      domain: null,
      observed: false,
    };
    stream.fillNormalInto(pilot.columns[index]);
    drawnOrder.push(index);
    return index;
  };
  const draft: Draft = { distribution, variety, pilot, stream, addPrivate: () => hide(variables.length) };
  for (const v of order) {
    if (v >= observed) {
      hide(v);
      continue;
    }
    const drawn = parents[v].length === 0 ? drawRoot(draft) : drawEffect(draft, parents[v]);
    simulateInto(pilot, v, drawn, stream);
    const isFixed = v === target || (stream.uniform() < variety.fixed && v !== free);
    const domain = isFixed ? null : drawVariedDomain(pilot.columns[v], draft);
    if (domain !== null) {
      const [low, high] = domain.kind === "interval"
        ? [domain.low, domain.high]
        : [domain.values[0], domain.values.at(-1) ?? 0];
      setPilotInto(pilot, v, low, high, stream);
    }
    variables[v] = { name: `X${v}`, ...drawn, domain, observed: true };
    drawnOrder.push(v);
  }
  return { name, variables, order: drawnOrder, target, objective: distribution.objective };
}

/** A variable without causes: its noise alone, or a skewed or discrete function of a hidden number. */
function drawRoot({ distribution, variety, stream, addPrivate }: Draft): Drawn {
  const law = drawName(ROOT_LAWS, variety.roots, stream);
  const intercept = drawUniform(distribution.intercepts, stream);
  if (law === "noise") {
    return {
      mechanism: { kind: "linear", intercept, weights: [] },
      noise: drawNoise(distribution, stream),
      parents: [],
    };
  }
  const scale = drawUniform(distribution.noise, stream) * stream.sign();
  const term = (factor: ComposedTerm["factors"][number], own = scale): ComposedTerm => ({
    scale: own,
    factors: [factor],
  });
  const terms = law === "skewed"
    ? [term({ shape: "exponential", weights: [stream.uniformIn(0.3, 1)], shift: 0 })]
    : Array.from(
      { length: 1 + stream.integer(4) },
      () => term({ shape: "threshold", weights: [1], shift: stream.uniformIn(-1.2, 1.2) }, 2 * scale),
    );
  const mechanism: ComposedMechanism = { kind: "composed", intercept, terms };
  return { mechanism, noise: { ...HIDDEN_NOISE, scale: 0 }, parents: [addPrivate()] };
}

/** A variable with causes: a random mechanism, and noise of a random strength that acts in a random way. */
function drawEffect(draft: Draft, parents: readonly number[]): Drawn {
  const { distribution, variety, pilot, stream } = draft;
  const columns = parents.map((p) => pilot.columns[p]);
  const weights = columns.map((column) =>
    drawSigned(distribution.weights, stream) / (momentsOf(column).deviation || 1)
  );
  const intercept = drawUniform(distribution.intercepts, stream);
  const action = drawName(NOISE_ACTIONS, variety.noiseActions, stream);
  const kind = drawName(drawnKinds(), distribution.mechanisms, stream);
  const request = { intercept, weights, parents: columns, stream };
  const { distribution: law } = drawNoise(distribution, stream);
  if (action === "heteroscedastic") return drawHeteroscedastic(draft, parents, drawMechanism("composed", request), law);
  const mechanism = drawMechanism(kind, request);
  const ratio = drawLogarithmic(variety.signalToNoise, stream);
  if (action === "multiplicative") {
    const scale = Math.min(MOST_RELATIVE_NOISE, 1 / ratio);
    return { mechanism, noise: { distribution: law, scale, combination: "multiplicative" }, parents };
  }
  const scale = signalOf(mechanism, columns) / ratio;
  return { mechanism, noise: { distribution: law, scale, combination: "additive" }, parents };
}

const MOST_RELATIVE_NOISE = 0.8;

/** Noise whose deviation grows or falls exponentially with one of the parents: a hidden cause that this parent multiplies. */
function drawHeteroscedastic(
  { variety, pilot, stream, addPrivate }: Draft,
  parents: readonly number[],
  mechanism: Mechanism,
  law: Noise["distribution"],
): Drawn {
  if (mechanism.kind !== "composed") throw new RangeError("noise that a parent decides on needs a composed mechanism");
  const columns = parents.map((p) => pilot.columns[p]);
  const deviation = signalOf(mechanism, columns) / drawLogarithmic(variety.signalToNoise, stream);
  const by = stream.integer(parents.length);
  const { mean, reach } = momentsOf(columns[by]);
  const slope = stream.sign() * stream.uniformIn(0.5, 1.5) / Math.max(reach, 1e-12);
  const widened = mechanism.terms.map(({ scale, factors }) => ({
    scale,
    factors: factors.map((factor) => ({ ...factor, weights: [...factor.weights, 0] })),
  }));
  const noise: ComposedTerm = {
    scale: deviation,
    factors: [
      { shape: "identity", weights: [...parents.map(() => 0), 1], shift: 0 },
      { shape: "exponential", weights: [...parents.map((_, i) => i === by ? slope : 0), 0], shift: -slope * mean },
    ],
  };
  return {
    mechanism: { ...mechanism, terms: [...widened, noise] },
    noise: { distribution: law, scale: 0.1 * deviation, combination: "additive" },
    parents: [...parents, addPrivate()],
  };
}

/** Deviation of a mechanism over the rows in which nothing is set; over all rows where it is constant in those. */
function signalOf(mechanism: Mechanism, columns: readonly Float64Array[]): number {
  const out = new Float64Array(columns[0].length);
  compileMechanism(mechanism, { parents: columns, names: [], out })(out.length);
  return momentsOf(out.subarray(0, OBSERVED_ROWS)).deviation || momentsOf(out).deviation;
}

function drawLogarithmic({ min, max }: Range, stream: Stream): number {
  return min * (max / min) ** stream.uniform();
}

/** Most values of a domain that is a list. */
const MOST_VALUES = 12;

function drawVariedDomain(column: Float64Array, { distribution, variety, stream }: Draft): Domain {
  const { mean, deviation } = momentsOf(column.subarray(0, OBSERVED_ROWS));
  const sd = deviation || 1;
  const [below, above] = reachOf(drawName(DOMAIN_SHAPES, variety.domains, stream), distribution.reach, stream);
  const low = mean + sd * below;
  const high = mean + sd * above;
  if (stream.uniform() >= variety.listed) return { kind: "interval", low, high };
  const values = Array.from({ length: 2 + stream.integer(MOST_VALUES - 1) }, () => stream.uniformIn(low, high));
  return { kind: "values", values: values.sort((a, b) => a - b) };
}

/** Both ends of a domain, in standard deviations from the mean. */
function reachOf(shape: typeof DOMAIN_SHAPES[number], reach: Range, stream: Stream): readonly [number, number] {
  switch (shape) {
    case "around":
      return [-drawUniform(reach, stream), drawUniform(reach, stream)];
    case "narrow": {
      const centre = stream.uniformIn(-1.5, 1.5);
      const half = 0.5 * stream.uniformIn(0.4, 1.5);
      return [centre - half, centre + half];
    }
    case "wide": {
      const width = stream.uniformIn(10, 40);
      const centre = width * stream.uniformIn(-0.3, 0.3);
      return [centre - 0.5 * width, centre + 0.5 * width];
    }
    case "off-centre": {
      const near = stream.uniformIn(-1.5, 0.5);
      const far = stream.uniformIn(4, 12);
      return stream.sign() > 0 ? [near, far] : [-far, -near];
    }
  }
}
