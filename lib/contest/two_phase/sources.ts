/** The surrogates that a comparison sets beside the active one. */

import { observedVariables } from "../../environment/mod.ts";
import { type BeliefSource, createBootstrapSurrogate, createExactSurrogate, EXACT_LIMIT } from "../../surrogate/mod.ts";
import { configError, suggestion } from "../../input/mod.ts";
import { openNeuralSurrogate } from "../../training/mod.ts";
import type { Instances } from "./instances.ts";
import type { MissingArm } from "./study.ts";

const KINDS = ["bootstrap", "exact", "neural"] as const;

/**
 * The sources by name, and those that cannot be had here with the reason.
 * @param neural run or checkpoint of the neural surrogate's network
 * @throws ConfigError for a kind that does not exist, naming the nearest
 */
export function beliefSources(
  kinds: readonly string[],
  { problems }: Instances,
  neural: string,
): { readonly sources: Readonly<Record<string, BeliefSource>>; readonly missing: readonly MissingArm[] } {
  const sources: Record<string, BeliefSource> = {};
  const missing: MissingArm[] = [];
  const largest = Math.max(...problems.map((problem) => observedVariables(problem).length));
  for (const kind of kinds) {
    const name = `GRPO + ${kind}`;
    if (kind === "bootstrap") sources[kind] = createBootstrapSurrogate();
    else if (kind === "exact" && largest <= EXACT_LIMIT) sources[kind] = createExactSurrogate();
    else if (kind === "exact") {
      missing.push({ name, reason: `${largest} variables are more than the ${EXACT_LIMIT} that it can weigh` });
    } else if (kind === "neural") sources[kind] = openNeuralSurrogate(neural).surrogate;
    else throw configError("--beliefs", "", `no surrogate is named ${kind}${suggestion(kind, KINDS)}`);
  }
  return { sources, missing };
}
