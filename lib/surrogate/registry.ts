/** Every kind of surrogate that a config makes by its options. */

import { z } from "zod";
import { active } from "./active/active.ts";
import { bootstrap } from "./bootstrap.ts";
import { exact } from "./exact/exact.ts";
import type { SurrogateKind } from "./kind.ts";
import { switching } from "./switching.ts";
import type { BeliefSource } from "./types.ts";

/** The kinds that configs know, in the order in which they are documented. */
export const SURROGATES = [exact, active, bootstrap, switching] as const;

type Kind = (typeof SURROGATES)[number];

/** A kind with its options, in the words of a config. */
export type SurrogateOptions = {
  readonly [K in Kind as K["name"]]: { readonly kind: K["name"] } & Readonly<z.output<z.ZodObject<K["options"]>>>;
}[Kind["name"]];

/** The kind of a name; undefined if there is none. */
export function surrogateKind(name: string, kinds: readonly SurrogateKind[] = SURROGATES): SurrogateKind | undefined {
  return kinds.find((kind) => kind.name === name);
}

/**
 * The surrogate of a kind.
 * @throws RangeError for a kind that is none of `kinds`, or options out of range
 */
export function createSurrogate<Options extends { readonly kind: string } = SurrogateOptions>(
  options: Options,
  kinds: readonly SurrogateKind[] = SURROGATES,
): BeliefSource {
  const kind = surrogateKind(options.kind, kinds);
  if (kind === undefined) {
    throw new RangeError(`No surrogate ${options.kind}: it is one of ${kinds.map(({ name }) => name).join(", ")}`);
  }
  return kind.create(z.object(kind.options).parse(options));
}
