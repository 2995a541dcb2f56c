/** The functions of Hydra's grammar: sweeps (`choice`, `range`, `interval`, `glob`), their modifiers and casts. */

import type { Scanner } from "./scanner.ts";
import type { Sweep, Value } from "./types.ts";
import { formatValue, isDictionary, isList } from "./value.ts";

/** A value, or a sweep over values. */
export type Term = { readonly value: Value } | { readonly sweep: Sweep };

/** What stands between the parentheses: terms in their order, and `name=value` ones. */
export interface Arguments {
  readonly ordered: readonly Term[];
  readonly named: ReadonlyMap<string, Value>;
}

/** The names that may stand before a parenthesis. */
export const FUNCTIONS = [
  "choice",
  "range",
  "interval",
  "glob",
  "tag",
  "sort",
  "shuffle",
  "int",
  "float",
  "bool",
  "str",
] as const;

/** Evaluates `name(…)`. */
export function callFunction(name: (typeof FUNCTIONS)[number], args: Arguments, scanner: Scanner): Term {
  switch (name) {
    case "choice":
      return { sweep: choices(allowNames(args, [], scanner).ordered.map((term) => valueOf(term, scanner))) };
    case "range":
      return { sweep: choices(rangeValues(args, scanner)) };
    case "interval": {
      const { low, high } = bounds(args, scanner);
      return { sweep: { kind: "interval", low, high, scale: "linear", integer: false } };
    }
    case "glob":
      return { sweep: globSweep(args, scanner) };
    case "tag":
      return { sweep: tagged(args, scanner) };
    case "sort":
      return { sweep: sorted(args, scanner) };
    case "shuffle":
      return { sweep: { ...discrete(allowNames(args, [], scanner), scanner), shuffled: true } };
    default:
      return cast(name, args, scanner);
  }
}

type Choice = Extract<Sweep, { kind: "choice" }>;

function choices(values: readonly Value[]): Choice {
  return { kind: "choice", values, shuffled: false };
}

function allowNames(args: Arguments, names: readonly string[], scanner: Scanner): Arguments {
  for (const name of args.named.keys()) {
    if (!names.includes(name)) scanner.fail(`unknown argument "${name}"; valid: ${names.join(", ") || "none"}`);
  }
  return args;
}

function valueOf(term: Term, scanner: Scanner): Value {
  return "value" in term ? term.value : scanner.fail("a sweep cannot stand inside another one");
}

function numberAt(args: Arguments, index: number, name: string, scanner: Scanner): number | undefined {
  const term = args.ordered[index];
  const value = term === undefined ? args.named.get(name) : valueOf(term, scanner);
  if (value === undefined) return undefined;
  return typeof value === "number" && Number.isFinite(value)
    ? value
    : scanner.fail(`"${name}" must be a finite number, got ${formatValue(value)}`);
}

/** `range(stop)`, `range(start,stop)`, `range(start,stop,step)`; the stop is left out, as in Python. */
function rangeValues(args: Arguments, scanner: Scanner): readonly number[] {
  allowNames(args, ["start", "stop", "step"], scanner);
  const single = args.ordered.length === 1 && !args.named.has("stop");
  const start = single ? 0 : numberAt(args, 0, "start", scanner) ?? 0;
  const stop = single ? numberAt(args, 0, "stop", scanner) : numberAt(args, 1, "stop", scanner);
  const step = numberAt(args, 2, "step", scanner) ?? 1;
  if (stop === undefined) scanner.fail("range needs a stop");
  if (step === 0 || args.ordered.length > 3) scanner.fail("range takes start, stop and a step other than 0");
  // A tolerance keeps range(0, 0.3, 0.1) at three values although 3 × 0.1 is a rounding error away from 0.3.
  const length = Math.max(0, Math.ceil((stop - start) / step - 1e-9));
  if (length > 1_000_000) scanner.fail(`range has ${length} values; at most 1000000`);
  return Array.from({ length }, (_, index) => Number((start + index * step).toPrecision(15)));
}

function bounds(args: Arguments, scanner: Scanner): { low: number; high: number } {
  allowNames(args, ["start", "end"], scanner);
  const low = numberAt(args, 0, "start", scanner);
  const high = numberAt(args, 1, "end", scanner);
  if (low === undefined || high === undefined || args.ordered.length > 2) {
    scanner.fail("interval takes a start and an end");
  }
  if (low >= high) scanner.fail(`the interval is empty: ${low} is not below ${high}`);
  return { low, high };
}

function globSweep(args: Arguments, scanner: Scanner): Sweep {
  allowNames(args, ["exclude"], scanner);
  const patterns = (value: Value | undefined): readonly string[] => {
    if (value === undefined) return [];
    const list = isList(value) ? value : [value];
    return list.map((item) => typeof item === "string" ? item : scanner.fail(`not a pattern: ${formatValue(item)}`));
  };
  const [first] = args.ordered;
  if (first === undefined || args.ordered.length > 1) scanner.fail("glob takes one pattern or one list of patterns");
  return { kind: "glob", include: patterns(valueOf(first, scanner)), exclude: patterns(args.named.get("exclude")) };
}

/** `tag(log, interval(a,b))` draws uniformly in the logarithm. */
function tagged(args: Arguments, scanner: Scanner): Sweep {
  allowNames(args, [], scanner);
  const last = args.ordered.at(-1);
  if (last === undefined || !("sweep" in last)) scanner.fail("tag takes tags and then a sweep");
  const tags = args.ordered.slice(0, -1).map((term) => valueOf(term, scanner));
  const unknown = tags.find((tag) => tag !== "log");
  if (unknown !== undefined) scanner.fail(`unknown tag ${formatValue(unknown)}; valid: log`);
  if (tags.length === 0 || last.sweep.kind !== "interval") scanner.fail("the tag log belongs to an interval");
  if (last.sweep.low <= 0) scanner.fail(`a logarithmic interval must start above 0, got ${last.sweep.low}`);
  return { ...last.sweep, scale: "log" };
}

function discrete(args: Arguments, scanner: Scanner): Choice {
  const [first] = args.ordered;
  if (first !== undefined && "sweep" in first) {
    if (args.ordered.length > 1 || first.sweep.kind !== "choice") scanner.fail("expected one choice or range");
    return first.sweep;
  }
  return choices(args.ordered.map((term) => valueOf(term, scanner)));
}

function sorted(args: Arguments, scanner: Scanner): Choice {
  const { values } = discrete(allowNames(args, ["reverse"], scanner), scanner);
  const sign = args.named.get("reverse") === true ? -1 : 1;
  const numbers = values.every((value) => typeof value === "number");
  if (!numbers && !values.every((value) => typeof value === "string")) {
    scanner.fail("sort takes numbers only, or text only");
  }
  return choices(
    values.toSorted((a, b) => sign * (numbers ? Number(a) - Number(b) : String(a) < String(b) ? -1 : a === b ? 0 : 1)),
  );
}

type Cast = "int" | "float" | "bool" | "str";

function cast(name: Cast, args: Arguments, scanner: Scanner): Term {
  const [term] = allowNames(args, [], scanner).ordered;
  if (term === undefined) scanner.fail(`${name} takes a value or a sweep`);
  if (args.ordered.length > 1) {
    return { sweep: choices(args.ordered.map((item) => castValue(name, valueOf(item, scanner), scanner))) };
  }
  if ("value" in term) return { value: castValue(name, term.value, scanner) };
  const { sweep } = term;
  if (sweep.kind === "choice") {
    return { sweep: { ...sweep, values: sweep.values.map((value) => castValue(name, value, scanner)) } };
  }
  if (sweep.kind === "interval" && name === "int") return { sweep: { ...sweep, integer: true } };
  if (sweep.kind === "interval" && name === "float") return { sweep };
  return scanner.fail(`${name} cannot cast this sweep`);
}

function castValue(name: Cast, value: Value, scanner: Scanner): Value {
  if (isList(value)) return value.map((item) => castValue(name, item, scanner));
  if (isDictionary(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, castValue(name, item, scanner)]));
  }
  const fail = () => scanner.fail(`cannot cast ${formatValue(value)} to ${name}`);
  if (name === "str") return typeof value === "string" ? value : formatValue(value);
  if (name === "bool") {
    if (typeof value === "boolean") return value;
    if (typeof value === "number") return value !== 0;
    return value === "true" || (value === "false" ? false : fail());
  }
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number === "boolean") return number ? 1 : 0;
  if (typeof number !== "number" || Number.isNaN(number)) return fail();
  return name === "int" ? Math.trunc(number) : number;
}
