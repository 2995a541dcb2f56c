/** Formulas as programs over columns: one pass over the rows for each operation. Nothing is ever evaluated as JavaScript text. */

import { BINARY_FUNCTIONS, type Formula, parseFormula, UNARY_FUNCTIONS } from "./formula.ts";
import type { ColumnKernel } from "./compile.ts";

type Step = (rows: number) => void;

/**
 * @param columns one for each name
 * @param out the variable's own column; all columns have its length
 * @throws ScmError for a formula that cannot be read
 */
export function compileExpression(
  formula: string,
  names: readonly string[],
  columns: readonly Float64Array[],
  out: Float64Array,
): ColumnKernel {
  const steps: Step[] = [];
  const register = () => new Float64Array(out.length);

  /** Appends the steps that compute a node; returns where its values will stand. */
  function emit(node: Formula): Float64Array {
    const value = constantOf(node);
    if (value !== undefined) return register().fill(value);
    if (node.kind === "name") return columns[names.indexOf(node.name)];
    if (node.kind === "number") return register().fill(node.value);
    const result = register();
    if (node.arguments.length === 1) steps.push(unaryStep(node.name, emit(node.arguments[0]), result));
    else steps.push(binaryStep(node.name, emit(node.arguments[0]), node.arguments[1], emit, result));
    return result;
  }

  const result = emit(parseFormula(formula, names, `formula over ${names.join(", ")}`));
  return (rows) => {
    for (const step of steps) step(rows);
    for (let r = 0; r < rows; r++) out[r] = result[r];
  };
}

/** The value of a node without names. */
function constantOf(node: Formula): number | undefined {
  if (node.kind === "number") return node.value;
  if (node.kind === "name") return undefined;
  const values = node.arguments.map(constantOf);
  const [x, y] = values;
  if (x === undefined || values.includes(undefined)) return undefined;
  return y === undefined ? UNARY_FUNCTIONS[node.name](x) : BINARY_FUNCTIONS[node.name](x, y);
}

function unaryStep(name: string, x: Float64Array, out: Float64Array): Step {
  const apply = UNARY_FUNCTIONS[name];
  return (rows) => {
    for (let r = 0; r < rows; r++) out[r] = apply(x[r]);
  };
}

/** The four operations and squares have loops of their own, because a call for each row would dominate them. */
function binaryStep(
  name: string,
  x: Float64Array,
  right: Formula,
  emit: (node: Formula) => Float64Array,
  out: Float64Array,
): Step {
  if (name === "^" && constantOf(right) === 2) {
    return (rows) => {
      for (let r = 0; r < rows; r++) out[r] = x[r] * x[r];
    };
  }
  const y = emit(right);
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
      const apply = BINARY_FUNCTIONS[name];
      return (rows) => {
        for (let r = 0; r < rows; r++) out[r] = apply(x[r], y[r]);
      };
    }
  }
}
