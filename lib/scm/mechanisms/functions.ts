/** The functions, operators and constants of formulas. */

import { erf, normalCdf, normalQuantile } from "../../numeric/mod.ts";

/** The functions of one argument. */
export const UNARY_FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  ln: Math.log,
  log1p: Math.log1p,
  log2: Math.log2,
  log10: Math.log10,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  // Halves go away from zero, so that round(−x) = −round(x).
  round: (x) => Math.sign(x) * Math.round(Math.abs(x)),
  erf,
  normal_cdf: normalCdf,
  probit: normalQuantile,
};

/** The operators of two arguments; a comparison is 1 where it holds, 0 where it does not. */
export const BINARY_OPERATORS: Readonly<Record<string, (x: number, y: number) => number>> = {
  "+": (x, y) => x + y,
  "-": (x, y) => x - y,
  "*": (x, y) => x * y,
  "/": (x, y) => x / y,
  "^": (x, y) => x ** y,
  ...Object.fromEntries(
    Object.entries<(x: number, y: number) => boolean>({
      "<": (x, y) => x < y,
      "<=": (x, y) => x <= y,
      ">": (x, y) => x > y,
      ">=": (x, y) => x >= y,
      "==": (x, y) => x === y,
      "!=": (x, y) => x !== y,
    }).map(([sign, holds]) => [sign, (x: number, y: number) => Number.isNaN(x + y) ? NaN : Number(holds(x, y))]),
  ),
};

/** Signs of comparison. */
export const COMPARISONS: readonly string[] = ["<", "<=", ">", ">=", "==", "!="];

/** The functions of two and more arguments, as a fold over them. */
export const FOLDED_FUNCTIONS: Readonly<Record<string, (x: number, y: number) => number>> = {
  min: Math.min,
  max: Math.max,
};

/** The value of `if(condition, then, otherwise)`: `then` where the condition is not 0. */
export function choose(condition: number, then: number, otherwise: number): number {
  return Number.isNaN(condition) ? NaN : condition !== 0 ? then : otherwise;
}

/** Constants; a variable of the same name takes precedence. */
export const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI, e: Math.E };

/** Every function's name, for messages. */
export const FUNCTION_NAMES: readonly string[] = [
  ...Object.keys(UNARY_FUNCTIONS),
  ...Object.keys(FOLDED_FUNCTIONS),
  "if",
];

/** How many arguments a function takes; `undefined` for a name that is no function. */
export function argumentCount(name: string): { readonly least: number; readonly most: number } | undefined {
  if (Object.hasOwn(UNARY_FUNCTIONS, name)) return { least: 1, most: 1 };
  if (Object.hasOwn(FOLDED_FUNCTIONS, name)) return { least: 2, most: Infinity };
  return name === "if" ? { least: 3, most: 3 } : undefined;
}

/** What to write instead of functions of other languages. */
export const OTHER_SPELLINGS: Readonly<Record<string, string>> = {
  pow: "write x^y",
  power: "write x^y",
  square: "write x^2",
  logistic: "write sigmoid(x)",
  expit: "write sigmoid(x)",
  lg: "write log10(x)",
  pnorm: "write normal_cdf(x)",
  qnorm: "write probit(x)",
  ifelse: "write if(condition, then, otherwise)",
  where: "write if(condition, then, otherwise)",
  relu: "write max(0, x)",
  clip: "write min(max(x, low), high)",
  clamp: "write min(max(x, low), high)",
};
