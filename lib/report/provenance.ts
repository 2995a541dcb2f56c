/** Where a report comes from: what every command says of the machine and the software. */

import type { Environment } from "../runs/mod.ts";
import type { Provenance } from "./html/blocks.ts";

/** Versions, machine and commit of an environment; without a commit outside a repository. */
export function environmentProvenance(
  { deno, packages, backend, cpu, os, git }: Environment,
): Pick<Provenance, "versions" | "facts" | "commit"> {
  return {
    versions: { deno, ...packages },
    facts: { backend, processor: `${cpu.model}, ${cpu.count} cores`, system: os },
    ...(git === null ? {} : { commit: `${git.commit}${git.modified ? " with changes" : ""}` }),
  };
}
