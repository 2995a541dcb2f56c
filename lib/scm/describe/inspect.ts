/** What a valid SCM may still be asked about: things that are allowed and rarely meant. */

import { createStream } from "../../random/mod.ts";
import { domainEnds, settableVariables } from "../create.ts";
import { ancestorsOf } from "../graph.ts";
import { gainShare } from "../random/sample.ts";
import { sampleRows } from "../sampler.ts";
import type { Intervention, OutcomeModel, Scm } from "../types.ts";
import { formatValue } from "../mechanisms/terms.ts";
import { describeIntervention, formatEquation } from "./equations.ts";

const ROWS = 1000;

/** One thing found in an SCM. With an `error` it cannot be used; a `warning` is allowed and rarely meant. */
export interface ScmFinding {
  readonly severity: "error" | "warning";
  readonly text: string;
}

/**
 * Findings about an SCM, none if there is nothing to say. Errors: values that are not finite in 1000 rows, observed or with a
 * variable at an end of its domain. Warnings: variables that cannot move the target; interventions that cannot improve it;
 * expectations that are uncertain.
 *
 * @param outcomes of the same SCM
 */
export function inspectScm(scm: Scm, outcomes: OutcomeModel): ScmFinding[] {
  return [
    ...overflows(scm).map((text) => ({ severity: "error", text }) as const),
    ...[...idleVariables(scm), ...gains(outcomes)].map((text) => ({ severity: "warning", text }) as const),
  ];
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
    const how = describeIntervention(scm, intervention);
    return [`${scm.variables[at % n].name} becomes ${rows[at]} ${how}: ${formatEquation(scm, at % n)}`];
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
  const roughness = "interpolationError" in outcomes ? Number(outcomes.interpolationError) : 0;
  if (roughness > 0.02 * range) {
    findings.push(
      `expected outcomes are interpolated to ± ${formatValue(roughness)} in a range of ${formatValue(range)}`,
    );
  }
  return findings;
}
