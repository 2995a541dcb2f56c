/** Tasks of one's own: from a gauge group, prompts and goals as plain data to what the tasks T0 to T6 are made of. */

import { CHARGE_UNIT, formatRational, rational } from "../physics/mod.ts";
import { type Dialect, DIALECTS, vacuumTuples } from "./dialect.ts";
import { type Goal, OWN_GOALS, type OwnGoalName, withFields } from "./goals.ts";
import { freeLimits, type GrammarLimits } from "./grammar.ts";
import { inUnits, readField, type WrittenField } from "./notation.ts";
import { type Prompt, prompt, type ScriptItem } from "./prompt.ts";
import type { Task } from "./tasks.ts";
import {
  ADD,
  BOS,
  decode,
  EOS,
  factorIndex,
  FACTORS,
  FERMION,
  FIRST_MULTIPLICITY,
  MAX_MULTIPLICITY,
  VEV,
} from "./vocabulary.ts";

/** A fraction, e.g. `-2/3` or 0.5. */
export type Fraction = string | number;

/** A gauge group of one's own. */
export interface OwnGroup {
  /** Names of factors, in any order. */
  readonly factors: readonly string[];
  /**
   * Electric charge: for an SU(n) the charge of each of its n axes, which sum to zero; for a U(1) how many times its charge
   * counts. Factors that are left out are electrically silent.
   */
  readonly electric: Readonly<Record<string, Fraction | readonly Fraction[] | undefined>>;
  /** The SU factor whose first three axes are colour; undefined without colour. */
  readonly colour?: string | undefined;
  /** Scalars that take a vacuum value, e.g. `(1,2)_1/2`. */
  readonly vacuum: readonly string[];
  /** Largest |electric charge| of a component of a field; bounds the charge of the last U(1). */
  readonly max_charge?: Fraction | undefined;
}

/** A prompt of one's own. */
export interface OwnPrompt {
  readonly name: string;
  /** The given fermions; a charge `?` is chosen by the writer. */
  readonly fields: readonly string[];
  /** Most fields that the writer may add; 0 for a prompt with `?`. */
  readonly add: number;
  /** Whether it may add scalars beside fermions. */
  readonly scalars: boolean;
  /** Largest |charge| that a `?` can take, for each U(1). */
  readonly charges: Readonly<Record<string, Fraction | undefined>>;
}

/** A task of one's own, as a file says it. */
export interface OwnTask {
  readonly name: string;
  readonly title: string;
  /** The name of a dialect, or a group. */
  readonly group: string | OwnGroup;
  readonly prompts: readonly OwnPrompt[];
  readonly held_out: readonly OwnPrompt[];
  readonly goals: readonly OwnGoalName[];
  /** Fermions that a theory must have. */
  readonly contains: readonly string[];
  readonly count_exotics: boolean;
  readonly cancellation: number;
}

/** Something in a task that cannot be: where, and what. */
export class OwnTaskError extends Error {
  override readonly name = "OwnTaskError";
  /** Keys that lead to it. */
  readonly path: readonly (string | number)[];

  /** @param path keys that lead to what cannot be */
  constructor(path: readonly (string | number)[], message: string) {
    super(message);
    this.path = path;
  }
}

/** Runs a step; what it throws as a range error is said at `path`. */
function at<T>(path: readonly (string | number)[], step: () => T): T {
  try {
    return step();
  } catch (error) {
    if (error instanceof RangeError) throw new OwnTaskError(path, error.message);
    throw error;
  }
}

/**
 * A task of one's own as the library plays it.
 * @throws OwnTaskError naming the key
 */
export function ownTask(own: OwnTask): Task {
  const dialect = typeof own.group === "string" ? dialectNamed(own.group) : ownDialect(own.group, own.name);
  const prompts = (key: "prompts" | "held_out") =>
    own[key].map((one, p) => at([key, p], () => ownPrompt(one, dialect, own.count_exotics, [key, p])));
  const wanted = own.contains.map((text, f) =>
    at(["contains", f], () => whole(readField(text, dialect.factors), text))
  );
  return {
    name: own.name,
    title: own.title,
    prompts: prompts("prompts"),
    heldOut: prompts("held_out"),
    goals: [
      ...own.goals.map((name, g) => at(["goals", g], () => ownGoal(name, own, dialect))),
      ...(wanted.length === 0 ? [] : [withFields(wanted, dialect.factors)]),
    ],
    countExotics: own.count_exotics,
    cancellation: own.cancellation,
  };
}

function dialectNamed(name: string): Dialect {
  const found = DIALECTS.find((dialect) => dialect.name === name);
  if (found !== undefined) return found;
  throw new OwnTaskError(["group"], `no group is named ${name}; there are ${DIALECTS.map((d) => d.name).join(", ")}`);
}

function ownDialect(group: OwnGroup, name: string): Dialect {
  const factors = [...new Set(group.factors.map((one, f) => at(["group", "factors", f], () => factorIndex(one))))]
    .sort((a, b) => a - b);
  const declared = factors.map((f) => FACTORS[f].factor.name);
  for (const key of Object.keys(group.electric)) {
    if (!declared.includes(key)) {
      throw new OwnTaskError(
        ["group", "electric", key],
        `the group has no factor ${key}; it has ${declared.join(", ")}`,
      );
    }
  }
  const electric = Object.fromEntries(factors.map((f) => {
    const own = FACTORS[f].factor.name;
    return [own, at(["group", "electric", own], () => coefficients(FACTORS[f], group.electric[own]))];
  }));
  const colour = group.colour === undefined
    ? undefined
    : at(["group", "colour"], () => colourOf(group.colour!, declared));
  const vacua = group.vacuum.map((text, v) =>
    at(["group", "vacuum", v], () => whole(readField(text, factors), text).tokens as readonly number[])
  ).sort(tokenOrder).map((tokens) => decode(tokens));
  const maxCharge = group.max_charge === undefined
    ? Number.MAX_SAFE_INTEGER
    : at(["group", "max_charge"], () => largestCharge(group.max_charge!, factors, electric));
  return { name, factors, electric, ...(colour === undefined ? {} : { colour }), vacua, maxCharge };
}

/** Charges of axes, or of a unit of a U(1), in units of 1/`CHARGE_UNIT`. */
function coefficients(
  { factor }: typeof FACTORS[number],
  given: Fraction | readonly Fraction[] | undefined,
): readonly number[] {
  const list: readonly Fraction[] = given === undefined ? [] : typeof given === "object" ? given : [given];
  if (factor.kind === "U1") {
    if (list.length > 1) throw new RangeError(`${factor.name} is a U(1): one number, how many times its charge counts`);
    return [inUnits(list[0] ?? 0, CHARGE_UNIT / factor.unit, "the coefficient")];
  }
  if (list.length === 0) return new Array<number>(factor.n).fill(0);
  if (list.length !== factor.n) {
    throw new RangeError(`${factor.name} has ${factor.n} axes, each with its charge; ${list.length} are given`);
  }
  const charges = list.map((charge) => inUnits(charge, CHARGE_UNIT, "the charge"));
  const sum = charges.reduce((all, charge) => all + charge, 0);
  if (sum !== 0) throw new RangeError(`the charges of the axes of ${factor.name} sum to ${sum}/${CHARGE_UNIT}, not 0`);
  return charges;
}

function colourOf(name: string, declared: readonly string[]): NonNullable<Dialect["colour"]> {
  const known = declared.filter((one) => /^SU[345]/.test(one));
  if (!known.includes(name)) {
    throw new RangeError(`${name} holds no colour; of this group ${known.join(", ") || "nothing"} can`);
  }
  return { factor: name, axes: [0, 1, 2] };
}

/**
 * The largest charge in units of 1/`CHARGE_UNIT`. A bound below the isospin of a triplet of every SU(2) and the least charge of
 * a U(1) together would leave some fields without a legal charge.
 */
function largestCharge(given: Fraction, factors: readonly number[], electric: Dialect["electric"]): number {
  const gauge = factors.map((f) => FACTORS[f].factor);
  const isospin = CHARGE_UNIT * gauge.filter((factor) => factor.kind === "SU" && factor.n === 2).length;
  const unit = Math.max(
    ...gauge.map(({ kind, name }) => kind === "U1" ? Math.abs(electric[name][0]) : 0),
  );
  const bound = inUnits(given, CHARGE_UNIT, "the largest charge");
  if (bound < isospin + unit) {
    throw new RangeError(
      `${given} is too small: the triplets of SU(2) and one unit of charge reach ${
        formatRational(rational(isospin + unit, CHARGE_UNIT))
      }`,
    );
  }
  return bound;
}

/** A field in which nothing is left open. */
function whole(field: WrittenField, text: string): WrittenField {
  if (field.tokens.includes(null)) throw new RangeError(`${text}: "?" stands only in the fields of a prompt`);
  return field;
}

function ownPrompt(
  own: OwnPrompt,
  dialect: Dialect,
  withVacua: boolean,
  path: readonly (string | number)[],
): Prompt {
  const { factors } = dialect;
  const fields = own.fields.map((text, f) => at([...path, "fields", f], () => readField(text, factors)));
  const open = fields.some(({ tokens }) => tokens.includes(null));
  for (const key of Object.keys(own.charges)) {
    if (!factors.some((f) => FACTORS[f].factor.name === key && FACTORS[f].factor.kind === "U1")) {
      throw new OwnTaskError([...path, "charges", key], `${key} is no U(1) of the group`);
    }
  }
  if (open && own.add > 0) {
    throw new OwnTaskError(
      [...path, "add"],
      `a prompt whose charges are chosen ("?") ends with its fields: leave it at 0`,
    );
  }
  if (!open && own.add === 0) {
    throw new OwnTaskError(
      [...path, "add"],
      `nothing is left to write: give a field a charge "?", or let fields be added`,
    );
  }
  const opening: number[] = [BOS, ...factors.map((f) => FACTORS[f].declare)];
  // The vacuum decides which states stay massless, and nothing else.
  if (withVacua) { for (const tuple of vacuumTuples(dialect, factors)) opening.push(VEV, ...tuple); }
  const kinds = own.scalars && !open ? freeLimits(dialect).kinds : [FERMION];
  if (open) {
    const limits: GrammarLimits = { ...freeLimits(dialect), ordered: false, kinds };
    const written = fields.flatMap((field) => templateField(field, factors, own.charges, path));
    return prompt(own.name, limits, [...opening, ...written, EOS]);
  }
  if (fields.length === 0) return prompt(own.name, { ...freeLimits(dialect, own.add), kinds }, opening);
  const given = canonicalFields(fields);
  return prompt(own.name, { ...freeLimits(dialect), kinds, maxAdded: own.add }, [...opening, ...given, ADD]);
}

/** A field of a template: its tokens, holes where the writer chooses. */
function templateField(
  { tokens, copies }: WrittenField,
  factors: readonly number[],
  charges: OwnPrompt["charges"],
  path: readonly (string | number)[],
): readonly ScriptItem[] {
  if (copies > MAX_MULTIPLICITY) {
    throw new RangeError(`${copies} copies of one field; where charges are chosen at most ${MAX_MULTIPLICITY}`);
  }
  const items = tokens.map((token, i): ScriptItem => {
    if (token !== null) return token;
    const { factor, first, last } = FACTORS[factors[i]];
    const unit = factor.kind === "U1" ? factor.unit : 1;
    const most = (last - first) / 2;
    const bound = at([...path, "charges", factor.name], () => {
      const given = charges[factor.name];
      const asked = given === undefined ? most : inUnits(given, unit, `the ${factor.name} charge`);
      if (asked < 1 || asked > most) throw new RangeError(`expected 1/${unit} to ${most}/${unit}, got ${given}`);
      return asked;
    });
    const middle = first + most;
    return Array.from({ length: 2 * bound + 1 }, (_, c) => middle - bound + c);
  });
  return [FERMION, ...items, FIRST_MULTIPLICITY + copies - 1];
}

/** The order of fields, and of vacuum scalars, in a canonical string. */
function tokenOrder(a: readonly number[], b: readonly number[]): number {
  const differ = a.findIndex((token, i) => token !== b[i]);
  return differ < 0 ? 0 : a[differ] - b[differ];
}

/** Given fermions as a canonical string has them: merged, and in the order of their tokens. */
function canonicalFields(fields: readonly WrittenField[]): readonly number[] {
  const merged = new Map<string, { readonly tokens: readonly number[]; copies: number }>();
  for (const { tokens, copies } of fields) {
    const key = tokens.join();
    const known = merged.get(key);
    if (known === undefined) merged.set(key, { tokens: tokens as readonly number[], copies });
    else known.copies += copies;
  }
  return [...merged.values()].sort((a, b) => tokenOrder(a.tokens, b.tokens)).flatMap(({ tokens, copies }) => {
    const parts = Array.from(
      { length: Math.ceil(copies / MAX_MULTIPLICITY) },
      (_, i) => Math.min(MAX_MULTIPLICITY, copies - i * MAX_MULTIPLICITY),
    );
    return parts.flatMap((part) => [FERMION, ...tokens, FIRST_MULTIPLICITY + part - 1]);
  });
}

/** A goal by its name. @throws RangeError where the task has not what it speaks of */
function ownGoal(name: OwnGoalName, own: OwnTask, dialect: Dialect): Goal {
  const abelian = dialect.factors.filter((f) => FACTORS[f].factor.kind === "U1").length;
  const prompts = [...own.prompts, ...own.held_out];
  if (name === "charged_first" && abelian === 0) throw new RangeError("the group has no U(1)");
  if (name === "independent_charges" && abelian < 2) throw new RangeError("the group has no two U(1) factors");
  if (name === "vectorlike_addition" && prompts.some(({ fields, add }) => fields.length === 0 || add === 0)) {
    throw new RangeError("every prompt needs given fields and an addition to them");
  }
  return OWN_GOALS[name];
}
