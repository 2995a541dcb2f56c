/** Reads a formula such as `exp(-X) + 2*Z^2` with the precedence that mathematics gives its signs. */

import jsep from "jsep";
import { nearest } from "../../input/mod.ts";
import { ScmError } from "../error.ts";
import { argumentCount, COMPARISONS, CONSTANTS, FUNCTION_NAMES, OTHER_SPELLINGS } from "./functions.ts";

/** One step of a formula: a number, a variable, or a function or operator applied to the values before it. */
export type Instruction =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "apply"; readonly name: string; readonly count: number };

/** A formula in postfix order, so that its length is no matter of the stack: `X + 2` is X, 2, +. */
export type Formula = readonly Instruction[];

/** The deepest nesting of parentheses and signs. */
const DEEPEST = 200;
/** Stand-ins for quoted names, of the same length, so that columns stay: letters of Unicode's private area. */
const QUOTE = "\uE000", PAD = "\uE001", FIRST = 0xE100, LAST = 0xF8FF;

configureParser();

/** Arithmetic alone: the parser also knows JavaScript's logic, texts and members, which have no meaning here. */
function configureParser(): void {
  jsep.removeAllBinaryOps();
  jsep.removeAllUnaryOps();
  jsep.removeAllLiterals();
  for (const operator of COMPARISONS) jsep.addBinaryOp(operator, 1);
  for (const operator of ["+", "-"]) jsep.addBinaryOp(operator, 2);
  for (const operator of ["*", "/"]) jsep.addBinaryOp(operator, 3);
  jsep.addBinaryOp("^", 4, true);
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

/** Raises an error at a column, counted from 0. */
type Fail = (index: number, message: string) => ScmError;

/**
 * Parses a formula.
 *
 * @param names the variables that may stand in it. One of the name of a constant or function takes precedence. A name that is
 * no word stands in backquotes: `` 2*`T cell-4` ``.
 * @param where the variable in words, for the message
 * @throws ScmError naming the variable, the column (from 1) and what is wrong there
 */
export function parseFormula(text: string, names: readonly string[], where: string): Formula {
  const fail: Fail = (index, message) =>
    new ScmError(`${where}: formula "${shorten(text)}", column ${index + 1}: ${message}`);
  const { plain, quoted } = replaceQuoted(text, fail);
  checkSigns(plain, fail);
  return flatten(parseTree(plain, fail), { plain, quoted, names, fail });
}

/** The names in a formula, in the order of their first appearance. */
export function formulaNames(formula: Formula): string[] {
  return [...new Set(formula.flatMap((step) => step.kind === "name" ? [step.name] : []))];
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 60)}… (${text.length} characters)` : text;
}

/** Puts stand-ins in the place of quoted names. */
function replaceQuoted(text: string, fail: Fail): { plain: string; quoted: ReadonlyMap<string, string> } {
  const quoted = new Map<string, string>();
  const open = text.split("`").length % 2 === 0 ? text.lastIndexOf("`") : -1;
  if (open >= 0) throw fail(open, "a quoted name is not closed: ` is missing");
  const plain = text.replace(/`([^`]*)`/g, (whole: string, name: string, at: number) => {
    if (name.trim() === "") throw fail(at, "there is no name between the backquotes");
    const code = FIRST + quoted.size;
    if (code > LAST) throw fail(at, `more than ${LAST - FIRST + 1} quoted names`);
    const word = (QUOTE + String.fromCharCode(code)).padEnd(whole.length, PAD);
    quoted.set(word, name);
    return word;
  });
  if (/[\uE000-\uF8FF]/.test(text)) throw fail(text.search(/[\uE000-\uF8FF]/), "this character has no meaning");
  return { plain, quoted };
}

/** What to write instead of a sign that has no meaning. */
const SIGN_HINTS: Readonly<Record<string, string>> = {
  "−": "; write -",
  "–": "; write -",
  "·": "; write *",
  "×": "; write *",
  "÷": "; write /",
  "²": "; write ^2",
  "&": "; multiply two conditions: both must hold",
  "|": "; write max(a, b) of two conditions: one must hold",
  "?": "; write if(condition, then, otherwise)",
};

function checkSigns(plain: string, fail: Fail): void {
  if (plain.trim() === "") throw fail(0, "it is empty");
  const stranger = /[^\p{L}\p{N}\p{M}_\s+\-*/^().,<>=!\uE000-\uF8FF]/u.exec(plain);
  if (stranger !== null) {
    const [sign] = stranger;
    throw fail(stranger.index, `"${sign}" has no meaning in a formula${SIGN_HINTS[sign] ?? ""}`);
  }
  const equals = /(?<![<>=!])=(?!=)/.exec(plain);
  if (equals !== null) throw fail(equals.index, `"=" has no meaning in a formula; a comparison is written ==`);
  const negation = /!(?!=)/.exec(plain);
  if (negation !== null) throw fail(negation.index, `"!" has no meaning in a formula; write != or 1 - condition`);
  const stars = plain.indexOf("**");
  if (stars >= 0) throw fail(stars, `"**" has no meaning in a formula; a power is written ^`);
  let depth = 0;
  for (let at = 0; at < plain.length; at++) {
    if (plain[at] === "(") depth++;
    if (plain[at] === ")") depth--;
    if (depth > DEEPEST) throw fail(at, `more than ${DEEPEST} parentheses inside each other`);
  }
  const signs = new RegExp(`(?:[-+]\\s*){${DEEPEST + 1}}`).exec(plain);
  if (signs !== null) throw fail(signs.index, `more than ${DEEPEST} signs in a row`);
}

function parseTree(plain: string, fail: Fail): jsep.Expression {
  try {
    return jsep(plain);
  } catch (error) {
    if (error instanceof RangeError) throw fail(0, "it is nested too deeply");
    if (!(error instanceof Error)) throw error;
    const index = "index" in error && typeof error.index === "number" ? error.index : plain.length;
    throw fail(index, error.message.replace(/ at character \d+$/, ""));
  }
}

/** What a formula's tree is read with. */
interface Reading {
  readonly plain: string;
  readonly quoted: ReadonlyMap<string, string>;
  readonly names: readonly string[];
  readonly fail: Fail;
}

/** A tree in postfix order, by a stack of its own. */
function flatten(tree: jsep.Expression, reading: Reading): Formula {
  const out: Instruction[] = [];
  const open: (jsep.Expression | Instruction)[] = [tree];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if ("kind" in next) {
      out.push(next as Instruction);
      continue;
    }
    const { own, parts } = readNode(next as jsep.Expression, reading);
    if (own !== null) open.push(own);
    for (const part of parts.toReversed()) open.push(part);
  }
  return out;
}

/** A node as the instruction that comes after those of its parts. */
interface ReadNode {
  readonly own: Instruction | null;
  readonly parts: readonly jsep.Expression[];
}

function readNode(node: jsep.Expression, reading: Reading): ReadNode {
  const { plain, fail } = reading;
  switch ((node as jsep.CoreExpression).type) {
    case "Literal":
      return { own: { kind: "number", value: Number(node.value) }, parts: [] };
    case "Identifier":
      return { own: readName(String(node.name), reading), parts: [] };
    case "UnaryExpression": {
      const { operator, argument } = node as jsep.UnaryExpression;
      const own = operator === "+" ? null : { kind: "apply", name: "-", count: 1 } as const;
      return { own, parts: [argument] };
    }
    case "BinaryExpression": {
      const { operator, left, right } = node as jsep.BinaryExpression;
      const chained = (side: jsep.Expression) =>
        side.type === "BinaryExpression" && COMPARISONS.includes(String(side.operator));
      if (COMPARISONS.includes(operator) && (chained(left) || chained(right))) {
        throw fail(
          Math.max(0, plain.indexOf(operator)),
          "comparisons cannot follow each other; write (a < b)*(b < c)",
        );
      }
      return { own: { kind: "apply", name: operator, count: 2 }, parts: [left, right] };
    }
    case "CallExpression":
      return readCall(node as jsep.CallExpression, reading);
    default:
      throw fail(/\.(?!\d)/.exec(plain)?.index ?? plain.indexOf(","), "it is not arithmetic");
  }
}

function columnOf(word: string, plain: string): number {
  const escaped = word.replace(/[$]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`, "u").exec(plain)?.index ??
    Math.max(0, plain.indexOf(word));
}

function readName(word: string, { plain, quoted, names, fail }: Reading): Instruction {
  const name = quoted.get(word) ?? word;
  if (names.includes(name)) return { kind: "name", name };
  if (name === word && Object.hasOwn(CONSTANTS, name)) return { kind: "number", value: CONSTANTS[name] };
  if (argumentCount(word) !== undefined) throw fail(columnOf(word, plain), `"${name}" is a function: write ${name}(…)`);
  const near = nearest(name, names);
  const hint = near === undefined ? `known here are ${names.join(", ") || "none"}` : `did you mean "${near}"?`;
  throw fail(columnOf(word, plain), `"${name}" is no variable that can stand here; ${hint}`);
}

function readCall(node: jsep.CallExpression, { plain, quoted, fail }: Reading): ReadNode {
  const word = node.callee.type === "Identifier" ? String(node.callee.name) : "";
  const name = quoted.get(word) ?? word;
  const allowed = name === word ? argumentCount(name) : undefined;
  if (allowed === undefined) throw fail(columnOf(word, plain), `"${name}" is no function; ${functionHint(name)}`);
  const count = node.arguments.length;
  if (count < allowed.least || count > allowed.most) {
    const wanted = allowed.most === Infinity ? `${allowed.least} or more` : String(allowed.least);
    throw fail(columnOf(word, plain), `${name} takes ${wanted} argument${wanted === "1" ? "" : "s"}, not ${count}`);
  }
  return { own: { kind: "apply", name, count }, parts: node.arguments };
}

/** A misspelling gets the nearest name; a name that holds another, or lies in one, is another function, not a misspelling. */
function functionHint(name: string): string {
  if (Object.hasOwn(OTHER_SPELLINGS, name)) return OTHER_SPELLINGS[name];
  const near = nearest(name, FUNCTION_NAMES);
  if (near === undefined || name.includes(near) || near.includes(name)) return `known are ${FUNCTION_NAMES.join(", ")}`;
  return `did you mean "${near}"?`;
}
