/**
 * A formula over the parents' names, e.g. `exp(-X) + 2*Z`, computed as a program over columns: one pass over the rows for each
 * operation. Nothing is ever evaluated as JavaScript text.
 */

import { z } from "zod";
import { ScmError } from "../error.ts";
import { type Formula, formulaNames, parseFormula } from "./formula.ts";
import { BINARY_OPERATORS, choose, FOLDED_FUNCTIONS, UNARY_FUNCTIONS } from "./functions.ts";
import type { Binding, ColumnKernel, MechanismKind } from "./kind.ts";

/** A formula over the parents' names. */
export interface ExpressionMechanism {
  readonly kind: "expression";
  readonly formula: string;
}

export const expression: MechanismKind<ExpressionMechanism, string> = {
  kind: "expression",
  key: "formula",
  schema: z.string(),
  read(formula, { where, intercept, variables }) {
    if (intercept !== undefined) {
      throw new ScmError(`${where}: write its intercept ${intercept} into its formula "${formula}"`);
    }
    return {
      parents: formulaNames(parseFormula(formula, variables, where)),
      mechanism: { kind: "expression", formula },
    };
  },
  write({ formula }) {
    return { formula };
  },
  /** A parent that the formula does not use would be an edge of the graph without an effect. */
  check({ formula }, { where, parents, variables }) {
    const used = formulaNames(parseFormula(formula, variables, where));
    const idle = parents.find((parent) => !used.includes(parent));
    if (idle !== undefined) {
      throw new ScmError(`${where}: its parent "${idle}" does not appear in the formula "${formula}"`);
    }
    const foreign = used.find((name) => !parents.includes(name));
    if (foreign !== undefined) {
      throw new ScmError(`${where}: "${foreign}" stands in the formula "${formula}" but is none of its parents`);
    }
  },
  compile({ formula }, { names, parents, out }) {
    const program = parseFormula(formula, names, `formula over ${names.join(", ")}`);
    return compileProgram(program, { names, parents, out });
  },
  terms({ formula }) {
    return [formula];
  },
};

type Step = (rows: number) => void;

/** A value on the stack of a program that is being compiled. */
type Value =
  | { readonly constant: number }
  /** `free`: whether the column may be written over once the value is used. */
  | { readonly constant: null; readonly column: Float64Array; readonly free: boolean };

/** Columns are used again as soon as their values are, so that a long formula needs few. */
function compileProgram(program: Formula, { names, parents, out }: Binding): ColumnKernel {
  const steps: Step[] = [];
  const stack: Value[] = [];
  const spare: Float64Array[] = [];
  const take = () => spare.pop() ?? new Float64Array(out.length);
  /** The column of a value; a number is filled into one when its turn comes. */
  const columnOf = (value: Value): Float64Array => {
    if (value.constant === null) return value.column;
    const column = take();
    steps.push((rows) => column.fill(value.constant, 0, rows));
    return column;
  };
  for (const step of program) {
    if (step.kind === "number") stack.push({ constant: step.value });
    else if (step.kind === "name") {
      stack.push({ constant: null, column: parents[names.indexOf(step.name)], free: false });
    } else {
      const inputs = stack.splice(stack.length - step.count);
      const known = inputs.flatMap(({ constant }) => constant ?? []);
      if (known.length === inputs.length) {
        stack.push({ constant: applyOnce(step.name, known) });
        continue;
      }
      const square = step.name === "^" && inputs[1].constant === 2;
      const columns = (square ? [inputs[0], inputs[0]] : inputs).map(columnOf);
      const result = take();
      steps.push(applyColumns(square ? "*" : step.name, columns, result));
      stack.push({ constant: null, column: result, free: true });
      inputs.forEach((input, i) => {
        if (!square && (input.constant !== null || input.free)) spare.push(columns[i]);
      });
      const [base] = inputs;
      if (square && base.constant === null && base.free) spare.push(base.column);
    }
  }
  const result = columnOf(stack[0]);
  return (rows) => {
    for (const step of steps) step(rows);
    for (let r = 0; r < rows; r++) out[r] = result[r];
  };
}

function unary(name: string): (x: number) => number {
  return name === "-" ? (x) => -x : UNARY_FUNCTIONS[name];
}

function applyOnce(name: string, inputs: readonly number[]): number {
  if (inputs.length === 1) return unary(name)(inputs[0]);
  if (name === "if") return choose(inputs[0], inputs[1], inputs[2]);
  const apply = FOLDED_FUNCTIONS[name] ?? BINARY_OPERATORS[name];
  return inputs.reduce((x, y) => apply(x, y));
}

/** One pass over the rows. */
function applyColumns(name: string, columns: readonly Float64Array[], out: Float64Array): Step {
  if (columns.length === 1) return applyUnary(unary(name), columns[0], out);
  if (name === "if") return applyChoice(columns, out);
  if (columns.length === 2) return applyBinary(name, columns[0], columns[1], out);
  const fold = FOLDED_FUNCTIONS[name];
  return (rows) => {
    for (let r = 0; r < rows; r++) {
      let result = columns[0][r];
      for (let k = 1; k < columns.length; k++) result = fold(result, columns[k][r]);
      out[r] = result;
    }
  };
}

function applyUnary(apply: (x: number) => number, x: Float64Array, out: Float64Array): Step {
  return (rows) => {
    for (let r = 0; r < rows; r++) out[r] = apply(x[r]);
  };
}

function applyChoice([condition, then, otherwise]: readonly Float64Array[], out: Float64Array): Step {
  return (rows) => {
    for (let r = 0; r < rows; r++) out[r] = choose(condition[r], then[r], otherwise[r]);
  };
}

/** The four operations have loops of their own, because a call for each row would dominate them. */
function applyBinary(name: string, x: Float64Array, y: Float64Array, out: Float64Array): Step {
  switch (name) {
    case "+":
      return (rows) => {
        for (let r = 0; r < rows; r++) out[r] = x[r] + y[r];
      };
    case "-":
      return (rows) => {
        for (let r = 0; r < rows; r++) out[r] = x[r] - y[r];
      };
    case "*":
      return (rows) => {
        for (let r = 0; r < rows; r++) out[r] = x[r] * y[r];
      };
    case "/":
      return (rows) => {
        for (let r = 0; r < rows; r++) out[r] = x[r] / y[r];
      };
    default: {
      const apply = FOLDED_FUNCTIONS[name] ?? BINARY_OPERATORS[name];
      return (rows) => {
        for (let r = 0; r < rows; r++) out[r] = apply(x[r], y[r]);
      };
    }
  }
}
