/** Reads Hydra's override words: `key=value`, `+key=value`, `++key=value`, `~key`, `~key=value`. */

import { nearest } from "../../input/mod.ts";
import { Scanner } from "./scanner.ts";
import { callFunction, FUNCTIONS, type Term } from "./sweep_functions.ts";
import type { Override, Value } from "./types.ts";
import { readPlainValue } from "./value.ts";

/**
 * Reads one word.
 * @throws {OverrideError} naming the word and where reading stopped
 */
export function parseOverride(text: string): Override {
  const scanner: Scanner = new Scanner(text);
  const operation = scanner.accept("++")
    ? "force"
    : scanner.accept("+")
    ? "add"
    : scanner.accept("~")
    ? "delete"
    : "set";
  const key = scanner.match(/[A-Za-z_][\w-]*(?:\.[\w-]+)*/);
  if (key === undefined) scanner.fail("expected a key");
  const path = key.split(".");
  if (operation === "delete" && scanner.atEnd) return { operation, path, value: undefined, sweep: undefined, text };
  if (!scanner.accept("=")) scanner.fail(`expected "="`);
  scanner.skipSpace();
  const term: Term = scanner.atEnd ? { value: "" } : readTerm(scanner);
  scanner.skipSpace();
  if (!scanner.atEnd) scanner.fail("cannot read (quote text that holds special characters)");
  if ("value" in term) return { operation, path, value: term.value, sweep: undefined, text };
  if (operation === "delete") scanner.fail("a deletion cannot be swept");
  return { operation, path, value: undefined, sweep: term.sweep, text };
}

/** One element, or several between commas: a sweep over them. */
function readTerm(scanner: Scanner): Term {
  const first = readElement(scanner);
  scanner.skipSpace();
  if (scanner.next !== ",") return first;
  const values: Value[] = [];
  for (let term = first;; term = readElement(scanner)) {
    if (!("value" in term)) scanner.fail("a sweep cannot stand in a list of choices");
    values.push(term.value);
    if (!scanner.accept(",")) return { sweep: { kind: "choice", values, shuffled: false } };
  }
}

function readElement(scanner: Scanner): Term {
  scanner.skipSpace();
  const start = scanner.position;
  const name = scanner.match(/[A-Za-z_]\w*(?=\()/);
  if (name === undefined) return { value: readPlainValue(scanner, readInner) };
  const known = FUNCTIONS.find((candidate) => candidate === name);
  if (known === undefined) {
    scanner.position = start;
    const near = nearest(name, FUNCTIONS);
    scanner.fail(
      `unknown function "${name}"; ${
        near === undefined ? `valid: ${FUNCTIONS.join(", ")}` : `did you mean "${near}"?`
      }`,
    );
  }
  scanner.expect("(");
  const ordered: Term[] = [];
  const named = new Map<string, Value>();
  if (!scanner.accept(")")) {
    do {
      scanner.skipSpace();
      const argument = scanner.match(/[A-Za-z_]\w*(?=\s*=)/);
      if (argument === undefined) {
        ordered.push(readElement(scanner));
      } else {
        scanner.expect("=");
        named.set(argument, readInner(scanner));
      }
    } while (scanner.accept(","));
    scanner.expect(")");
  }
  return callFunction(known, { ordered, named }, scanner);
}

/** An element inside a list, a dictionary or a named argument, where no sweep may stand. */
function readInner(scanner: Scanner): Value {
  const term = readElement(scanner);
  return "value" in term ? term.value : scanner.fail("a sweep cannot stand inside a list or a dictionary");
}
