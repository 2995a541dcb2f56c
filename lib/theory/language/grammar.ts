/**
 * The grammar of theory strings as a state machine:
 *
 *     theory = BOS, groups, {vacuum}, field, {field}, [ADD, field, {field}], EOS ;
 *     groups = non-empty ascending subset of the dialect's factors ;
 *     vacuum = VEV, representation tokens, charge tokens ;
 *     field  = (F | S | R), one token for each declared factor, multiplicity ;
 *
 * Fields stand in strictly ascending order of their tokens (a field may repeat only after its multiplicity reached the
 * maximum), complex scalars are written by one fixed member of the conjugate pair, and a scalar in a real representation
 * is a real one: one string a theory. `legalInto` costs the same at every position and always leaves a token.
 */

import { type Dialect, vacuumTuples } from "./dialect.ts";
import {
  ADD,
  BOS,
  COMPLEX_SCALAR,
  decode,
  EOS,
  FACTORS,
  FERMION,
  FIRST_MULTIPLICITY,
  MAX_MULTIPLICITY,
  REAL_SCALAR,
  tokenCharge,
  tokenIrrep,
  tokenName,
  VEV,
} from "./vocabulary.ts";

/** Limits of the strings of a grammar. */
export interface GrammarLimits {
  readonly dialect: Dialect;
  /** Most fields before ADD (or at all). */
  readonly maxFields: number;
  /** Most fields after ADD; 0 forbids ADD. */
  readonly maxAdded: number;
  /** Fields must ascend (canonical strings). Templates with named places turn it off. */
  readonly ordered: boolean;
  /** Kinds of field that may be written. */
  readonly kinds: readonly number[];
}

/** Where a string stands. Plain data: `step` returns a new one. */
export interface GrammarState {
  readonly limits: GrammarLimits;
  readonly phase: "begin" | "groups" | "fields" | "tuple" | "multiplicity" | "done";
  /** Declared factors, positions in `FACTORS`. */
  readonly declared: readonly number[];
  readonly vacua: readonly (readonly number[])[];
  readonly vacuaWritten: number;
  readonly fields: number;
  readonly adding: boolean;
  /** The kind token and the factor tokens so far of the field being written. */
  readonly tuple: readonly number[];
  /** The tuple so far equals the beginning of the previous one. */
  readonly tight: boolean;
  readonly previous: readonly number[];
  /** `[tuple length + 1]` a legal tuple exists that leaves `previous` upwards at position k or later. */
  readonly canExceed: readonly boolean[];
  readonly repeatable: boolean;
}

/** The limits of the free grammar of a dialect. */
export function freeLimits(dialect: Dialect, maxFields = 12): GrammarLimits {
  return { dialect, maxFields, maxAdded: 0, ordered: true, kinds: [FERMION, COMPLEX_SCALAR, REAL_SCALAR] };
}

/** The state before BOS. */
export function grammarStart(limits: GrammarLimits): GrammarState {
  return {
    limits,
    phase: "begin",
    declared: [],
    vacua: [],
    vacuaWritten: 0,
    fields: 0,
    adding: false,
    tuple: [],
    tight: false,
    previous: [],
    canExceed: [],
    repeatable: false,
  };
}

/** Reality of the SU part of a tuple's prefix: complex somewhere, and the parity of its pseudoreal factors. */
function reality(tuple: readonly number[]): { readonly complex: boolean; readonly pseudoreal: boolean } {
  let complex = false;
  let pseudoreal = false;
  for (const token of tuple) {
    const representation = tokenIrrep(token);
    if (representation !== undefined) {
      if (!representation.selfConjugate) complex = true;
      if (representation.pseudoreal) pseudoreal = !pseudoreal;
    } else if ((tokenCharge(token) ?? 0) !== 0) complex = true;
  }
  return { complex, pseudoreal };
}

/** May `token` follow `tuple` in a field, the order of fields left aside? */
function fits(state: GrammarState, tuple: readonly number[], token: number): boolean {
  const slot = tuple.length - 1;
  const kind = tuple[0];
  const factor = FACTORS[state.declared[slot]!]!;
  if (token < factor.first || token > factor.last) return false;
  if (kind === VEV) {
    return state.vacua.some((vacuum) =>
      tuple.slice(1).every((written, i) => vacuum[i] === written) && vacuum[slot] === token
    );
  }
  const charge = tokenCharge(token);
  if (charge !== undefined && Math.abs(charge) > chargeBound(state.limits.dialect, factor.factor.name, tuple)) {
    return false;
  }
  if (kind === FERMION) return true;
  const before = reality(tuple);
  const after = reality([...tuple, token]);
  const last = slot === state.declared.length - 1;
  if (kind === REAL_SCALAR) {
    if (after.complex) return false;
    // A pseudoreal product needs a later doublet to become real.
    return !after.pseudoreal || state.declared.slice(slot + 1).some((f) => hasPseudoreal(f));
  }
  if (!before.complex && after.complex && !isFirstOfPair(token)) return false;
  return !last || after.complex || after.pseudoreal;
}

function hasPseudoreal(factor: number): boolean {
  const { factor: gauge } = FACTORS[factor]!;
  return gauge.kind === "SU" && gauge.n === 2;
}

/** Of a complex scalar and its conjugate the one whose first complex token is positive, or has the larger leading label, is written. */
function isFirstOfPair(token: number): boolean {
  const representation = tokenIrrep(token);
  if (representation === undefined) return (tokenCharge(token) ?? 0) > 0;
  const reversed = [...representation.labels].reverse();
  const at = representation.labels.findIndex((label, i) => label !== reversed[i]);
  return representation.labels[at]! > reversed[at]!;
}

/** Largest |charge| of U(1) `name` that keeps |Q| of every component of the tuple within the dialect's bound. */
function chargeBound(dialect: Dialect, name: string, tuple: readonly number[]): number {
  const unit = Math.abs(dialect.electric[name]?.[0] ?? 0);
  if (unit === 0 || dialect.maxCharge === Number.MAX_SAFE_INTEGER) return Number.MAX_SAFE_INTEGER;
  let isospin = 0;
  for (const token of tuple) {
    const representation = tokenIrrep(token);
    if (representation?.n === 2) isospin += (representation.dimension - 1) / 2;
  }
  return Math.floor((dialect.maxCharge - isospin * 30) / unit);
}

/** `canExceed` for a tuple that has just been completed. O(tokens of its factors). */
function exceedable(state: GrammarState, tuple: readonly number[]): boolean[] {
  const result = new Array<boolean>(tuple.length + 1).fill(false);
  for (let position = tuple.length - 1; position >= 1; position--) {
    const factor = FACTORS[state.declared[position - 1]!]!;
    let greater = false;
    for (let token = tuple[position]! + 1; token <= factor.last && !greater; token++) {
      greater = fits(state, tuple.slice(0, position), token);
    }
    result[position] = greater || result[position + 1]!;
  }
  return result;
}

/**
 * Writes 1 for every token that may come next and 0 elsewhere.
 * @param mask `[VOCABULARY_SIZE]`
 * @returns how many tokens are legal: at least 1 unless the string is finished, then 0
 */
export function legalInto(state: GrammarState, mask: Uint8Array): number {
  mask.fill(0);
  let count = 0;
  const allow = (token: number) => {
    mask[token] = 1;
    count++;
  };
  const { limits } = state;
  if (state.phase === "begin") allow(BOS);
  else if (state.phase === "groups" || state.phase === "fields") {
    if (state.phase === "groups") {
      const after = state.declared.at(-1) ?? -1;
      for (const factor of limits.dialect.factors) if (factor > after) allow(FACTORS[factor]!.declare);
    }
    if (state.declared.length === 0) return count;
    const vacua = state.phase === "groups" ? vacuumTuples(limits.dialect, state.declared) : state.vacua;
    if (state.fields === 0 && !state.adding && vacua.length > state.vacuaWritten) {
      const started = state.previous[0] === VEV;
      if (!started || state.canExceed[1]) allow(VEV);
    }
    const limit = state.adding ? limits.maxAdded : limits.maxFields;
    if (state.fields < limit) {
      for (const kind of limits.kinds) if (mayOpen(state, kind)) allow(kind);
    }
    if (state.fields > 0) {
      if (!state.adding && limits.maxAdded > 0) allow(ADD);
      allow(EOS);
    }
  } else if (state.phase === "tuple") {
    const position = state.tuple.length;
    const factor = FACTORS[state.declared[position - 1]!]!;
    const floor = state.tight ? state.previous[position]! : factor.first;
    for (let token = floor; token <= factor.last; token++) {
      if (!fits(state, state.tuple, token)) continue;
      if (state.tight && token === floor && !mayStayTight(state, position)) continue;
      allow(token);
    }
  } else if (state.phase === "multiplicity") {
    for (let copies = 0; copies < MAX_MULTIPLICITY; copies++) allow(FIRST_MULTIPLICITY + copies);
  }
  return count;
}

/** After equalling the previous tuple up to and including `position`, can the rest still be written? */
function mayStayTight(state: GrammarState, position: number): boolean {
  return state.repeatable || state.canExceed[position + 1]!;
}

function mayOpen(state: GrammarState, kind: number): boolean {
  if (!state.limits.ordered || state.fields === 0) return true;
  const before = state.previous[0]!;
  return kind > before || (kind === before && (state.repeatable || state.canExceed[1]!));
}

/**
 * The state after `token`.
 * @throws RangeError naming the token and the legal ones if it is illegal
 */
export function grammarStep(state: GrammarState, token: number, mask: Uint8Array): GrammarState {
  legalInto(state, mask);
  if (mask[token] !== 1) {
    const legal = Array.from(mask).flatMap((bit, id) => bit === 1 ? [id] : []);
    throw new RangeError(
      `token ${tokenName(token)} is illegal after ${state.fields} fields in phase "${state.phase}"` +
        `${state.tuple.length > 0 ? ` (${decode(state.tuple)})` : ""}; legal: ${
          decode(legal) || "nothing, the string has ended"
        }`,
    );
  }
  return stepUnchecked(state, token);
}

/** The state after a token that is known to be legal. */
export function stepUnchecked(state: GrammarState, token: number): GrammarState {
  if (token === BOS) return { ...state, phase: "groups" };
  if (token === EOS) return { ...state, phase: "done" };
  if (token === ADD) return { ...state, phase: "fields", adding: true, fields: 0, previous: [], repeatable: false };
  if (state.phase === "groups" || state.phase === "fields") {
    const declared = FACTORS.findIndex(({ declare }) => declare === token);
    if (declared >= 0) return { ...state, declared: [...state.declared, declared] };
    const vacua = state.phase === "groups" ? vacuumTuples(state.limits.dialect, state.declared) : state.vacua;
    const first = token !== VEV && state.previous[0] === VEV;
    const tight = state.limits.ordered || token === VEV ? !first && state.previous[0] === token : false;
    return {
      ...state,
      phase: "tuple",
      vacua,
      tuple: [token],
      tight,
      previous: first ? [] : state.previous,
      repeatable: first ? false : state.repeatable,
    };
  }
  if (state.phase === "tuple") {
    const tight = state.tight && state.previous[state.tuple.length] === token;
    const tuple = [...state.tuple, token];
    const whole = tuple.length === state.declared.length + 1;
    if (!whole) return { ...state, tuple, tight };
    if (tuple[0] !== VEV) return { ...state, phase: "multiplicity", tuple, tight };
    const written = { ...state, phase: "fields" as const, tuple: [], previous: tuple, repeatable: false };
    return { ...written, vacuaWritten: state.vacuaWritten + 1, canExceed: exceedable(state, tuple) };
  }
  return {
    ...state,
    phase: "fields",
    fields: state.fields + 1,
    tuple: [],
    previous: state.tuple,
    canExceed: state.limits.ordered ? exceedable(state, state.tuple) : [],
    repeatable: token - FIRST_MULTIPLICITY + 1 === MAX_MULTIPLICITY,
  };
}
