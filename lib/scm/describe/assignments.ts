/** Interventions as people write them: `X0=-5`. */

import { nearest } from "../../input/mod.ts";
import { ScmError } from "../error.ts";
import { checkSetting } from "../interventions.ts";
import type { Assignment, Scm } from "../types.ts";

/**
 * Reads `name=value`.
 * @throws ScmError for another form, an unknown name, a variable that cannot be set or a value outside its domain
 */
export function parseAssignment(scm: Scm, text: string, kind: Assignment["kind"]): Assignment {
  // The last sign counts: a name may hold one.
  const match = /^\s*(\S|\S.*\S)\s*=\s*([^=\s]+)\s*$/.exec(text.normalize("NFC"));
  const value = Number(match?.[2].replace("−", "-"));
  if (match === null || !Number.isFinite(value)) {
    throw new ScmError(`"${text}" is no assignment: write a name, = and a number, such as X0=-5`);
  }
  const names = scm.variables.map(({ name }) => name);
  const variable = names.indexOf(match[1]);
  if (variable < 0) {
    const near = nearest(match[1], names);
    const hint = near === undefined ? `its variables are ${names.join(", ")}` : `did you mean "${near}"?`;
    throw new ScmError(`SCM "${scm.name}" has no variable "${match[1]}"; ${hint}`);
  }
  checkSetting(scm, variable, value);
  return { variable, value, kind };
}
