/** What a kind of mechanism is: one record that says how it is written, checked, computed, shown and drawn at random. */

import type { z } from "zod";
import type { Stream } from "../../random/mod.ts";

/** Writes the mechanism's values for the first `rows` rows of its parents' columns into its own. */
export type ColumnKernel = (rows: number) => void;

/** A mechanism with the names of its parents, with which its lists are aligned. */
export interface ReadMechanism<Own> {
  readonly parents: readonly string[];
  readonly mechanism: Own;
}

/** What stands beside a mechanism in a file. */
export interface ReadContext {
  /** The variable in words, for messages. */
  readonly where: string;
  /** The key `intercept` of the variable, if it was written. */
  readonly intercept: number | undefined;
  /** Every variable of the SCM. */
  readonly variables: readonly string[];
  /** The keys of the mechanism's entry in the file's order, which plain objects lose for names such as `12`. */
  readonly keys: readonly string[];
}

/** What a mechanism is checked against. */
export interface CheckContext {
  /** The variable in words, for messages. */
  readonly where: string;
  readonly parents: readonly string[];
  /** Every variable of the SCM. */
  readonly variables: readonly string[];
}

/** What a mechanism is computed with. */
export interface Binding {
  /** One column for each parent. */
  readonly parents: readonly Float64Array[];
  /** The parents' names, for formulas. */
  readonly names: readonly string[];
  /** The variable's own column, as long as the parents' and none of them. */
  readonly out: Float64Array;
}

/** What a random mechanism is drawn for. */
export interface DrawRequest {
  readonly intercept: number;
  /**
   * One for each parent. The parent's contribution should have the standard deviation |w|·sd(parent) that a linear weight would
   * give it, mean 0 and the sign of w.
   */
  readonly weights: readonly number[];
  /** Pilot columns of the parents, at least one. */
  readonly parents: readonly Float64Array[];
  readonly stream: Stream;
}

/**
 * A kind of mechanism. To add one, write such a record in a file of its own and name it in the list of `registry.ts`, or hand it
 * to {@linkcode registerMechanism} from outside.
 */
export interface MechanismKind<Own extends { readonly kind: string }, Entry = unknown> {
  readonly kind: Own["kind"];
  /** The key of a variable in an SCM file that holds the mechanism. */
  readonly key: string;
  /** What may stand under the key. */
  readonly schema: z.ZodType<Entry>;
  /** @throws ScmError for an entry that makes no sense */
  read(entry: Entry, context: ReadContext): ReadMechanism<Own>;
  /** The variable's keys that hold the mechanism, such that `read` gives it back. A `Map` keeps the order of its keys. */
  write(mechanism: Own, parents: readonly string[]): Readonly<Record<string, unknown>>;
  /** @throws ScmError for numbers that are not finite or lists that do not fit the parents */
  check(mechanism: Own, context: CheckContext): void;
  /** The mechanism as a loop over columns. */
  compile(mechanism: Own, binding: Binding): ColumnKernel;
  /** The summands of its equation, without zeros; none is 0. */
  terms(mechanism: Own, parents: readonly string[]): readonly string[];
  /** What is written beside the edge from a parent in a drawing. */
  edgeLabel?(mechanism: Own, parent: number): string;
  /** A random mechanism; a kind without it cannot be drawn. */
  draw?(request: DrawRequest): Own;
}
