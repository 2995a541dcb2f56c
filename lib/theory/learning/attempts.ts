/**
 * What a training has tried, and how that steers it. Judging is exact and repeats itself, so writing a string that is known to
 * fail teaches nothing, and a prompt that is solved every time has nothing left to teach:
 *
 * - a failed string that has been written n times is learned from as `R − β ln n`: count-based exploration (Strehl & Littman
 *   2008; Bellemare et al. 2016, arXiv:1606.01868), with ln n in place of their 1/√n, which levels off and lets a policy stay
 *   where every string is known;
 * - a prompt whose latest group succeeded in the share s is drawn with weight `1 − (1 − w) s`.
 */

import { createHash } from "node:crypto";
import type { Verdict } from "./reward.ts";
import type { WrittenTheory } from "./writer.ts";

/** How a training is steered by what it has tried. */
export interface AttemptOptions {
  /** w in (0, 1]: how often a solved prompt is drawn for each time that an unsolved one is; 1 draws all alike. */
  readonly solvedWeight: number;
  /** β ≥ 0; 0 counts no strings. */
  readonly repeatCost: number;
}

/** What has been tried, as plain data: part of the checkpoint. */
export interface AttemptState {
  /** Success share of the latest group of each problem. */
  readonly latest: readonly (readonly [problem: string, share: number])[];
  /** How often each failed string was written, by a digest of the problem and the string. */
  readonly failures: readonly (readonly [digest: string, count: number])[];
}

/** The record of what has been tried. */
export class Attempts {
  readonly #options: AttemptOptions;
  #latest = new Map<string, number>();
  #failures = new Map<string, number>();

  /** @throws RangeError unless 0 < solvedWeight ≤ 1 and repeatCost ≥ 0 */
  constructor(options: AttemptOptions) {
    const { solvedWeight, repeatCost } = options;
    if (!(solvedWeight > 0 && solvedWeight <= 1)) {
      throw new RangeError(`solvedWeight must lie in (0, 1], got ${solvedWeight}`);
    }
    if (!(repeatCost >= 0)) throw new RangeError(`repeatCost must be ≥ 0, got ${repeatCost}`);
    this.#options = options;
  }

  /** Success share of a problem's latest group; 0 before the first one. */
  success(problem: string): number {
    return this.#latest.get(problem) ?? 0;
  }

  /** Weight, in (0, 1], with which a problem is drawn. */
  weight(problem: string): number {
    return 1 - (1 - this.#options.solvedWeight) * this.success(problem);
  }

  /** Records the judged group of a problem and returns what its strings are learned from. `[strings]` */
  record(problem: string, written: readonly WrittenTheory[], verdicts: readonly Verdict[]): readonly number[] {
    this.#latest.set(problem, verdicts.filter(({ success }) => success).length / verdicts.length);
    const { repeatCost } = this.#options;
    if (repeatCost === 0) return verdicts.map(({ reward }) => reward);
    const digests = written.map(({ tokens }) => digest(problem, tokens));
    // The whole group is counted first: what it wrote several times costs each of them alike.
    verdicts.forEach(({ success }, m) => {
      if (!success) this.#failures.set(digests[m], (this.#failures.get(digests[m]) ?? 0) + 1);
    });
    return verdicts.map(({ reward, success }, m) =>
      success ? reward : reward - repeatCost * Math.log(this.#failures.get(digests[m])!)
    );
  }

  /** What `restore` needs to go on. */
  state(): AttemptState {
    return { latest: [...this.#latest], failures: [...this.#failures] };
  }

  /** Goes on from a state. */
  restore({ latest, failures }: AttemptState): void {
    this.#latest = new Map(latest);
    this.#failures = new Map(failures);
  }
}

/** 60 bits: among a million strings two share a digest with a chance of 4e-7. */
function digest(problem: string, tokens: readonly number[]): string {
  return createHash("sha256").update(`${problem}: ${tokens.join()}`).digest("base64url").slice(0, 10);
}
