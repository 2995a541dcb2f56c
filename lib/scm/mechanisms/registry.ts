/** The kinds of mechanisms: one line for each. */

import { suggestion } from "../../input/mod.ts";
import { ScmError } from "../error.ts";
import { sigmoid, tanh } from "./bends.ts";
import { composed } from "./composed.ts";
import { expression } from "./expression.ts";
import type { Binding, CheckContext, ColumnKernel, DrawRequest, MechanismKind } from "./kind.ts";
import { linear } from "./linear.ts";
import { mlp } from "./mlp.ts";
import { polynomial } from "./polynomial.ts";

/** In the order in which random kinds are chosen from their weights: it is part of what a seed means. */
const BUILT_IN = [linear, polynomial, sigmoid, tanh, mlp, expression, composed] as const;

type MechanismOf<Kind> = Kind extends MechanismKind<infer Own> ? Own : never;

/**
 * Mechanisms that are defined outside, by their kind. Give the type system a new one by declaration merging:
 *
 * ```ts ignore
 * declare module "…/lib/scm/mechanisms/registry.ts" {
 *   interface ForeignMechanisms { sine: SineMechanism }
 * }
 * ```
 */
// deno-lint-ignore no-empty-interface
export interface ForeignMechanisms {}

/** How a variable's value follows from its parents'. Arrays are aligned with the variable's parents. */
export type Mechanism = MechanismOf<typeof BUILT_IN[number]> | ForeignMechanisms[keyof ForeignMechanisms];

const kinds = new Map<string, MechanismKind<Mechanism>>(
  BUILT_IN.map((kind): [string, MechanismKind<Mechanism>] => [kind.kind, kind as unknown as MechanismKind<Mechanism>]),
);

/**
 * Makes a kind of mechanism known, for files, sampling, truths, drawings and random SCMs. Call it before an SCM of the kind is
 * made, in every worker of its own.
 *
 * @throws ScmError for a kind or a key that is taken
 */
export function registerMechanism<Own extends Mechanism, Entry>(kind: MechanismKind<Own, Entry>): void {
  const taken = [...kinds.values()].find((known) => known.kind === kind.kind || known.key === kind.key);
  const reserved = ["intercept", "noise", "domain", "unit", "observed"].includes(kind.key);
  if (taken !== undefined || reserved) {
    throw new ScmError(`mechanism "${kind.kind}" with the key "${kind.key}": the name is taken`);
  }
  kinds.set(kind.kind, kind as unknown as MechanismKind<Mechanism>);
}

/** Every kind, in the order of its registration. */
export function mechanismKinds(): readonly MechanismKind<Mechanism>[] {
  return [...kinds.values()];
}

/** The kinds that can be drawn at random. */
export function drawnKinds(): readonly Mechanism["kind"][] {
  return mechanismKinds().filter(({ draw }) => draw !== undefined).map(({ kind }) => kind);
}

/**
 * The record of a kind.
 * @throws ScmError for one that is not registered
 */
export function mechanismKind(kind: string): MechanismKind<Mechanism> {
  const found = kinds.get(kind);
  if (found === undefined) {
    throw new ScmError(`"${kind}" is no kind of mechanism${suggestion(kind, [...kinds.keys()])}`);
  }
  return found;
}

/** @throws ScmError for numbers that are not finite, lists that do not fit the parents, or a formula that cannot be read */
export function checkMechanism(mechanism: Mechanism, context: CheckContext): void {
  mechanismKind(mechanism.kind).check(mechanism, context);
}

/** The mechanism as a loop over its parents' columns into its own. */
export function compileMechanism(mechanism: Mechanism, binding: Binding): ColumnKernel {
  return mechanismKind(mechanism.kind).compile(mechanism, binding);
}

/**
 * A random mechanism of a kind; linear for a variable without parents.
 * @throws ScmError for a kind that cannot be drawn
 */
export function drawMechanism(kind: Mechanism["kind"], request: DrawRequest): Mechanism {
  const { draw } = mechanismKind(request.parents.length === 0 ? "linear" : kind);
  if (draw === undefined) throw new ScmError(`mechanisms of the kind "${kind}" cannot be drawn at random`);
  return draw(request);
}
