/** Small draws from ranges and weighted names. */

import type { Stream } from "../../random/mod.ts";
import type { Range, Weighted } from "./distribution.ts";

export function drawUniform({ min, max }: Range, stream: Stream): number {
  return min + (max - min) * stream.uniform();
}

export function drawInteger({ min, max }: Range, stream: Stream): number {
  return min + stream.integer(max - min + 1);
}

/** A number whose absolute value is uniform in the range and whose sign is random. */
export function drawSigned(range: Range, stream: Stream): number {
  return stream.sign() * drawUniform(range, stream);
}

/** A name with probability proportional to its weight. `names` fixes the order, so that the order of keys has no effect. */
export function drawName<Name extends string>(names: readonly Name[], weighted: Weighted<Name>, stream: Stream): Name {
  let rest = stream.uniform() * names.reduce((sum, name) => sum + (weighted[name] ?? 0), 0);
  for (const name of names) {
    const weight = weighted[name] ?? 0;
    if (rest < weight) return name;
    rest -= weight;
  }
  // Rounding left nothing over: the last name that can be drawn at all.
  return names.filter((name) => (weighted[name] ?? 0) > 0).at(-1) ?? names[0];
}
