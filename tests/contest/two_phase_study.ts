/** A small study of phase 2 for the tests of it and of its report. */

import { comparisonArms, instancesOf, runStudy, type StudySummary, summariseStudy } from "../../lib/contest/mod.ts";
import { randomPolicy } from "../../lib/contest/two_phase/study.ts";
import { createActiveSurrogate, createBootstrapSurrogate } from "../../lib/surrogate/mod.ts";

const episode = { observationalRows: 4, interventionalRows: 0, horizon: 12, rowsPerIntervention: 1 };

/** A small study with random interventions in place of a trained policy. */
export function study(): StudySummary {
  const active = createActiveSurrogate();
  const instances = instancesOf("easy", 12, 0);
  const arms = comparisonArms(randomPolicy(), active, { bootstrap: createBootstrapSurrogate() });
  const played = runStudy(arms, instances, { episode, mode: "sample", judge: active });
  return summariseStudy(played, [{ name: "GRPO + neural", reason: "there is none" }], instances, 4);
}
