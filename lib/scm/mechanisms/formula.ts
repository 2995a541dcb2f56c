/** Reads a formula such as `exp(-X) + 2*Z^2` into a tree, with the precedence that mathematics gives its signs. */

import jsep from "jsep";
import { closest } from "../closest.ts";
import { ScmError } from "../error.ts";

/** A formula's tree: numbers, names of parents, and applications of known functions. */
export type Formula =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "apply"; readonly name: string; readonly arguments: readonly Formula[] };

/** The functions of one argument that a formula may use. */
export const UNARY_FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  tanh: Math.tanh,
  atan: Math.atan,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  sign: Math.sign,
  "-": (x) => -x,
};

/** The functions and operators of two arguments. */
export const BINARY_FUNCTIONS: Readonly<Record<string, (x: number, y: number) => number>> = {
  "+": (x, y) => x + y,
  "-": (x, y) => x - y,
  "*": (x, y) => x * y,
  "/": (x, y) => x / y,
  "^": (x, y) => x ** y,
  min: Math.min,
  max: Math.max,
};

const FUNCTION_NAMES = [...Object.keys(UNARY_FUNCTIONS), "min", "max"].filter((name) => name !== "-");
const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI };

configureParser();

/** Arithmetic alone: the parser also knows JavaScript's logic, texts and members, which have no meaning here. */
function configureParser(): void {
  jsep.removeAllBinaryOps();
  jsep.removeAllUnaryOps();
  jsep.removeAllLiterals();
  for (const operator of ["+", "-"]) jsep.addBinaryOp(operator, 1);
  for (const operator of ["*", "/"]) jsep.addBinaryOp(operator, 2);
  jsep.addBinaryOp("^", 3, true);
  // A sign binds looser than a power: −x² is −(x²), and 2^−x is allowed.
  jsep.hooks.add("gobble-token", function (env) {
    if (this.char !== "-" && this.char !== "+") return;
    const operator = this.char;
    this.index++;
    env.node = { type: "UnaryExpression", operator, argument: power(this), prefix: true };
  });
  jsep.hooks.add("after-expression", function () {
    this.gobbleSpaces();
    const before = this.expr.slice(0, this.index);
    const depth = before.split("(").length - before.split(")").length;
    if (depth === 0 && this.index < this.expr.length) this.throwError("an operator is missing");
  });
}

function power(scope: jsep.HookScope): jsep.Expression {
  const base = scope.gobbleToken();
  if (!base) scope.throwError("a value is missing");
  scope.gobbleSpaces();
  if (scope.char !== "^") return base;
  scope.index++;
  return { type: "BinaryExpression", operator: "^", left: base, right: power(scope) };
}

/**
 * Parses a formula over `names`.
 *
 * @param names what may stand in it, or null to allow every name
 * @param where the variable in words, for the message
 * @throws ScmError naming the variable, the column (from 1) and what is wrong there
 */
export function parseFormula(text: string, names: readonly string[] | null, where: string): Formula {
  const fail = (index: number, message: string) => {
    return new ScmError(`${where}: formula "${text}", column ${index + 1}: ${message}`);
  };
  const stranger = /[^\p{L}\p{N}_\s+\-*/^().,]/u.exec(text);
  if (stranger !== null) throw fail(stranger.index, `"${stranger[0]}" has no meaning in a formula`);
  if (text.trim() === "") throw fail(0, "it is empty");
  let tree: jsep.Expression;
  try {
    tree = jsep(text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const index = "index" in error && typeof error.index === "number" ? error.index : text.length;
    throw fail(index, error.message.replace(/ at character \d+$/, ""));
  }
  const columnOf = (name: string) =>
    new RegExp(`(?<![\\p{L}\\p{N}_])${name}(?![\\p{L}\\p{N}_])`, "u").exec(text)?.index ?? 0;

  function convert(node: jsep.Expression): Formula {
    const { type } = node as jsep.CoreExpression;
    if (type === "Literal") return { kind: "number", value: Number(node.value) };
    if (type === "Identifier") return convertName(String(node.name));
    if (type === "UnaryExpression") {
      const argument = convert((node as jsep.UnaryExpression).argument);
      return node.operator === "+" ? argument : { kind: "apply", name: "-", arguments: [argument] };
    }
    if (type === "BinaryExpression") {
      const { operator, left, right } = node as jsep.BinaryExpression;
      return { kind: "apply", name: operator, arguments: [convert(left), convert(right)] };
    }
    if (type === "CallExpression") return convertCall(node as jsep.CallExpression);
    const dot = /\.(?!\d)/.exec(text);
    throw fail(dot?.index ?? 0, "it is not arithmetic");
  }

  function convertName(name: string): Formula {
    if (names === null ? !Object.hasOwn(CONSTANTS, name) : names.includes(name)) return { kind: "name", name };
    if (Object.hasOwn(CONSTANTS, name)) return { kind: "number", value: CONSTANTS[name] };
    const near = closest(name, names ?? []);
    const hint = near === undefined ? `its parents are ${names?.join(", ") || "none"}` : `did you mean "${near}"?`;
    throw fail(columnOf(name), `"${name}" is no parent; ${hint}`);
  }

  function convertCall(node: jsep.CallExpression): Formula {
    const name = node.callee.type === "Identifier" ? String(node.callee.name) : "";
    const count = FUNCTION_NAMES.includes(name) ? (Object.hasOwn(UNARY_FUNCTIONS, name) ? 1 : 2) : 0;
    if (count === 0) {
      const near = closest(name, FUNCTION_NAMES);
      const hint = near === undefined ? `known are ${FUNCTION_NAMES.join(", ")}` : `did you mean "${near}"?`;
      throw fail(columnOf(name), `"${name}" is no function; ${hint}`);
    }
    if (node.arguments.length !== count) {
      throw fail(
        columnOf(name),
        `${name} takes ${count} argument${count > 1 ? "s" : ""}, not ${node.arguments.length}`,
      );
    }
    return { kind: "apply", name, arguments: node.arguments.map(convert) };
  }

  return convert(tree);
}

/** The names in a formula, in the order of their first appearance. */
export function formulaNames(formula: Formula): string[] {
  if (formula.kind === "number") return [];
  if (formula.kind === "name") return [formula.name];
  return [...new Set(formula.arguments.flatMap(formulaNames))];
}
