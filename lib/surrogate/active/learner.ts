/**
 * What is learned about one episode: a softmax over hypotheses, each of which names the parents S of the target and at most
 * one of its effects c, and predicts the target's rows by regressions that hold in every environment:
 *
 * - where c was not set, the target is regressed on S and c (an effect tells about its cause);
 * - where c was set by the experimenter, on S alone (cutting c from its causes leaves the target as it was).
 *
 * A variable that predicts the target only while nobody touches it is thereby an effect and not a parent: invariant causal
 * prediction (Peters, Bühlmann & Meinshausen 2016), scored by marginal likelihoods instead of tests.
 */

import { NONE, type Observation } from "../../environment/mod.ts";
import { createRegimeSums, type RegimeSums } from "../../numeric/mod.ts";
import { binaryEntropy } from "../entropy.ts";
import { createEvidenceScratch, evidenceInto } from "./evidence.ts";
import type { ActiveOptions, Hypotheses } from "./hypotheses.ts";
import { addRowsInto, momentsOf } from "./moments.ts";
import { screen } from "./screen.ts";

/** The learner of one episode; `update` changes it in place. */
export interface ParentLearner {
  /**
   * Takes in the rows that it has not seen. The observational rows set the logits; every row after them moves the logits by
   * η times the gradient of the expected log likelihood of the new rows, `∂/∂q Σ q_h log p(rows | h, earlier rows)`: the
   * exponentiated-gradient step of Kivinen & Warmuth (1997).
   */
  update(observation: Observation, episode: number): void;
  /**
   * Writes probabilities of being a parent at `offset + variable`; returns the entropy of the parent set, nats. Variables
   * that were screened out keep half of the prior probability.
   */
  beliefInto(parent: Float64Array, offset: number): number;
}

/**
 * A learner that has seen nothing.
 * @param variables number of observed variables
 * @param hypothesesFor the hypotheses about a number of candidates
 */
export function createParentLearner(
  variables: number,
  target: number,
  hypothesesFor: (candidates: number) => Hypotheses,
  options: ActiveOptions,
): ParentLearner {
  const sums = createRegimeSums(variables);
  let candidates: Int32Array = new Int32Array();
  let hypotheses = hypothesesFor(0);
  let logits: Float64Array = new Float64Array();
  let likelihood: Float64Array = new Float64Array();

  function start(observation: Observation, episode: number): void {
    addRowsInto(sums, observation, episode, observationalRows(observation, episode));
    candidates = screen(
      momentsOf(sums, -1).cross,
      variables,
      target,
      Math.min(options.maximumCandidates, variables - 1),
    );
    hypotheses = hypothesesFor(candidates.length);
    likelihood = likelihoods(sums, target, candidates, hypotheses, options);
    logits = hypotheses.logPrior.map((prior, h) => prior === -Infinity ? -Infinity : prior + likelihood[h]);
  }

  return {
    update(observation, episode) {
      if (logits.length === 0) start(observation, episode);
      if (sums.rows >= observation.history.rows) return;
      addRowsInto(sums, observation, episode, observation.history.rows);
      const after = likelihoods(sums, target, candidates, hypotheses, options);
      for (let h = 0; h < logits.length; h++) {
        if (logits[h] > -Infinity) logits[h] += options.learningRate * (after[h] - likelihood[h]);
      }
      likelihood = after;
    },
    beliefInto(parent, offset) {
      const { sets } = hypotheses;
      const count = sets.members.length;
      const highest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
      const weight = new Float64Array(count);
      let total = 0;
      for (let h = 0; h < logits.length; h++) {
        const w = Math.exp(logits[h] - highest);
        weight[h % count] += w;
        total += w;
      }
      const unknown = candidates.length < variables - 1 ? hypotheses.parentPrior / 2 : 0;
      let entropy = (variables - 1 - candidates.length) * binaryEntropy(unknown);
      for (let v = 0; v < variables; v++) parent[offset + v] = v === target || candidates.includes(v) ? 0 : unknown;
      for (let s = 0; s < count; s++) {
        const q = weight[s] / total;
        if (q > 0) entropy -= q * Math.log(q);
        for (let c = 0; c < candidates.length; c++) {
          if ((sets.members[s] >> c & 1) === 1) parent[offset + candidates[c]] += q;
        }
      }
      // Sums of probabilities may exceed 1 by rounding.
      for (const variable of candidates) parent[offset + variable] = Math.min(1, parent[offset + variable]);
      return entropy;
    },
  };
}

/** Number of rows before the first intervention. */
function observationalRows({ history }: Observation, episode: number): number {
  let rows = 0;
  while (rows < history.rows && history.intervened[episode * history.capacity + rows] === NONE) rows++;
  return rows;
}

/** `[candidates + 1, sets]` log probability of the target's rows under every hypothesis, up to one constant. */
function likelihoods(
  seen: RegimeSums,
  target: number,
  candidates: Int32Array,
  hypotheses: Hypotheses,
  options: ActiveOptions,
): Float64Array {
  const { sets } = hypotheses;
  const count = sets.members.length;
  const all = momentsOf(seen, -1);
  const out = new Float64Array(hypotheses.logPrior.length);
  const columns = candidates.map((variable) => variable + 1);
  const scratch = createEvidenceScratch(sets.largest);
  const alone = out.subarray(0, count);
  const untouched = new Float64Array(count);
  const shared = { sets, dimension: seen.size + 1, columns, target: target + 1, prior: options.regression };
  const evidence = (into: Float64Array, joined: Float64Array, { rows, cross }: typeof all, extra: number) =>
    evidenceInto(into, joined, { ...shared, rows, cross }, extra, scratch);
  evidence(alone, untouched, all, -1);
  for (let c = 0; c < candidates.length; c++) {
    const joined = out.subarray((c + 1) * count, (c + 2) * count);
    const variable = candidates[c];
    if (seen.count[variable + 1] + (seen.several?.setRows[variable] ?? 0) === 0 && sets.largest === candidates.length) {
      // Nothing was done to c yet: an effect predicts as a parent does, and every such set has been scored.
      for (let s = 0; s < count; s++) {
        const isParent = (sets.members[s] >> c & 1) === 1;
        joined[s] = isParent ? -Infinity : alone[sets.place[sets.members[s] | (1 << c)]];
      }
      continue;
    }
    evidence(untouched, joined, momentsOf(seen, variable), c);
    // Rows in which c was set are predicted from S, given all others: p(all | S) / p(others | S).
    for (let s = 0; s < count; s++) if (joined[s] > -Infinity) joined[s] += alone[s] - untouched[s];
  }
  return out;
}
