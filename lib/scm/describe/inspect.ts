/** What a valid SCM may still be asked about: things that are allowed and rarely meant. */

import { createStream } from "../../random/mod.ts";
import { domainEnds, settableVariables } from "../create.ts";
import { ancestorsOf } from "../graph.ts";
import { gainShare } from "../random/sample.ts";
import { sampleRows } from "../sampler.ts";
import type { Intervention, OutcomeModel, Scm } from "../types.ts";
import { formatValue } from "./equations.ts";

const ROWS = 1000;

/**
 * Findings about an SCM, none if there is nothing to say: values that are not finite in 1000 rows, observed or with a
 * variable at an end of its domain; variables that cannot move the target; interventions that cannot improve it;
 * expectations that are uncertain.
 *
 * @param outcomes of the same SCM
 */
export function inspectScm(scm: Scm, outcomes: OutcomeModel): string[] {
  return [...overflows(scm), ...idleVariables(scm), ...gains(outcomes)];
}

function overflows(scm: Scm): string[] {
  const settings: Intervention[] = settableVariables(scm).flatMap((variable) => {
    const { domain } = scm.variables[variable];
    return domain === null ? [] : domainEnds(domain).map((value) => [{ variable, value, kind: "perfect" }] as const);
  });
  const n = scm.variables.length;
  return [[], ...settings].flatMap((intervention) => {
    const rows = sampleRows(scm, ROWS, intervention, createStream(0).child("inspect"));
    const at = rows.findIndex((x) => !Number.isFinite(x));
    if (at < 0) return [];
    const [assignment] = intervention;
    const how = assignment === undefined
      ? "without intervention"
      : `under do(${scm.variables[assignment.variable].name} = ${formatValue(assignment.value)})`;
    return [`${scm.variables[at % n].name} becomes ${rows[at]} ${how}`];
  });
}

function idleVariables(scm: Scm): string[] {
  const causes = ancestorsOf(scm.variables.map(({ parents }) => parents), scm.target);
  const idle = settableVariables(scm).filter((v) => causes[v] === 0).map((v) => scm.variables[v].name);
  return idle.length === 0 ? [] : [`setting ${idle.join(" or ")} cannot move the target: no cause of it`];
}

function gains(outcomes: OutcomeModel): string[] {
  const { best, worst, observational, standardError } = outcomes;
  const findings: string[] = [];
  if (!(gainShare(outcomes) > 0)) {
    findings.push(
      `no intervention improves the target: the best outcome is ${formatValue(best.outcome)}, observed are ` +
        formatValue(observational),
    );
  }
  const range = Math.abs(best.outcome - worst.outcome);
  if (standardError > 0.02 * range) {
    findings.push(
      `expected outcomes are uncertain: ± ${formatValue(standardError)} in a range of ${formatValue(range)}`,
    );
  }
  return findings;
}
