/** Judging a policy: success share, pass@k, best of N, and what it found. */

import type { Stream } from "../../random/mod.ts";
import type { TheoryPolicy } from "./policy.ts";
import { contentKey, type Prompt, readTheory } from "../language/mod.ts";
import { rediscoverable } from "./rediscovery.ts";
import type { TheoryScorer } from "./reward.ts";
import { SearchLog, type SearchRecord } from "./search.ts";
import { writeTheories } from "./writer.ts";

/** How often a policy wrote a theory of the literature. */
export interface Rediscovery {
  readonly name: string;
  /** Prompts that can be completed to it. */
  readonly prompts: number;
  /** Samples for those prompts. */
  readonly samples: number;
  /** Samples that have its fermions. */
  readonly matches: number;
  /** Mean over its prompts of the unbiased estimate of writing it within k samples. */
  readonly passAt: ReadonlyMap<number, number>;
}

/** How a policy does on a list of prompts. */
export interface TheoryEvaluation {
  readonly samples: number;
  readonly success: number;
  readonly reward: number;
  /** Mean over prompts of the best reward among its samples. */
  readonly bestReward: number;
  /** Mean over prompts of the unbiased estimate of solving it within k samples. */
  readonly passAt: ReadonlyMap<number, number>;
  /** Mean entropy of the decisions over their legal tokens, nats. */
  readonly legalEntropy: number;
  /** Distinct strings among all samples. */
  readonly distinctShare: number;
  readonly found: SearchRecord;
  /** Every known theory that one of the prompts can be completed to with success, found or not. */
  readonly rediscovered: readonly Rediscovery[];
}

/**
 * `1 − C(n − c, k)/C(n, k)`: the chance that k of n samples, c of them correct, hold a correct one (Chen et al. 2021,
 * arXiv:2107.03374, equation 1).
 * @throws RangeError unless 1 ≤ k ≤ n and 0 ≤ c ≤ n
 */
export function passAtK(samples: number, correct: number, k: number): number {
  if (!(k >= 1 && k <= samples && correct >= 0 && correct <= samples)) {
    throw new RangeError(`pass@${k} cannot be estimated from ${correct} correct of ${samples} samples`);
  }
  if (samples - correct < k) return 1;
  let miss = 1;
  for (let i = samples - correct + 1; i <= samples; i++) miss *= 1 - k / i;
  return 1 - miss;
}

/** How much is written of each prompt. */
export interface WrittenSample {
  readonly perPrompt: number;
  /** The k of pass@k; those above `perPrompt` are left out. Left out: 1, 4, 16, 64. */
  readonly ks?: readonly number[];
}

/** Writes strings for each prompt and judges them. */
export function evaluateTheories(...given: Parameters<typeof theoryEvaluationSteps>): TheoryEvaluation {
  const steps = theoryEvaluationSteps(...given);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** {@linkcode evaluateTheories} in steps, one for each prompt, so that whoever runs it may do something else in between. */
export function* theoryEvaluationSteps(
  policy: TheoryPolicy,
  scorer: TheoryScorer,
  prompts: readonly Prompt[],
  { perPrompt, ks = [1, 4, 16, 64] }: WrittenSample,
  stream: Stream,
): Generator<void, TheoryEvaluation, void> {
  const log = new SearchLog();
  const correct = new Int32Array(prompts.length);
  const best = new Float64Array(prompts.length).fill(-1);
  const strings = new Set<string>();
  const matches = new Map<string, number[]>();
  let [reward, entropy, decisions] = [0, 0, 0];
  for (const [p, prompt] of prompts.entries()) {
    const streams = Array.from({ length: perPrompt }, (_, i) => stream.child(p).child(i));
    const successes = new Map<string, number>();
    for (const written of writeTheories(policy, streams.map(() => prompt), streams)) {
      const verdict = scorer.score(written.tokens, prompt);
      log.add(written.tokens, prompt, verdict);
      if (verdict.success) {
        correct[p]++;
        const key = contentKey(readTheory(written.tokens, prompt.limits.dialect).theory);
        successes.set(key, (successes.get(key) ?? 0) + 1);
      }
      best[p] = Math.max(best[p], verdict.reward);
      reward += verdict.reward;
      strings.add(written.tokens.join());
      decisions += written.choices.length;
      entropy += written.choices.reduce((sum, choice) => sum + choice.entropy, 0);
    }
    for (const { name, key, tokens } of rediscoverable(prompt)) {
      if (!scorer.score(tokens, prompt).success) continue;
      matches.set(name, [...matches.get(name) ?? [], successes.get(key) ?? 0]);
    }
    yield;
  }
  const samples = prompts.length * perPrompt;
  const passAt = (counts: ArrayLike<number>) =>
    new Map(
      ks.filter((k) => k <= perPrompt).map((k) => [k, mean(Array.from(counts, (c) => passAtK(perPrompt, c, k)))]),
    );
  return {
    samples,
    success: mean(correct) / perPrompt,
    reward: reward / samples,
    bestReward: mean(best),
    passAt: passAt(correct),
    legalEntropy: entropy / Math.max(1, decisions),
    distinctShare: strings.size / samples,
    found: log.record(),
    rediscovered: [...matches].map(([name, counts]) => ({
      name,
      prompts: counts.length,
      samples: counts.length * perPrompt,
      matches: counts.reduce((sum, count) => sum + count, 0),
      passAt: passAt(counts),
    })),
  };
}

function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, x) => sum + x, 0) / values.length;
}
