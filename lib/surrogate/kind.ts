/** What a config can say of a kind of surrogate, and how one is made of it. */

import type { z } from "zod";
import type { BeliefSource } from "./types.ts";

/** One kind that is made from its options alone; a trained network is made from its weights instead. */
export interface SurrogateKind<Name extends string = string, Shape extends z.ZodRawShape = z.ZodRawShape> {
  /** Its `kind` in configs. */
  readonly name: Name;
  /** What it believes from, in words. */
  readonly summary: string;
  /** Schemas of its options, each with a default and a description. */
  readonly options: Shape;
  /** Whether it knows the true graph: every result that it touches is marked. */
  readonly privileged: boolean;
  /** Whether its beliefs contain total effects (`Beliefs.effect`). */
  readonly knowsEffects: boolean;
  /** @throws RangeError for options out of range */
  create(options: Readonly<z.output<z.ZodObject<Shape>>>): BeliefSource;
}
