/** What a session answers: interventions to make next, what they are expected to do, and what is not known yet. */

import type { PlannedSetting } from "./outcomes.ts";
import type { EstimatedMean } from "./responses.ts";
import type { LimitChance, Spending } from "./rules/judge.ts";
import type { Stopping } from "./rules/stop.ts";
import type { SetSetting } from "./sets.ts";

/** An intervention that the policy would make; where several variables may be set at once, the first of its `settings`. */
export interface Suggestion {
  readonly variable: string;
  readonly value: number;
  readonly unit?: string;
  /** How often the policy would choose this variable and this value: a preference, not a confidence. */
  readonly probability: number;
  /** Mean of the target under this intervention, in the target's unit; the interval is that of the mean, not of one row. */
  readonly expected: EstimatedMean;
  /** Everything that it sets, in the order of choice; left out where one variable is set at a time. */
  readonly settings?: readonly SetSetting[];
  /** Why it is made, in a sentence: to exploit, to learn, or to repeat. */
  readonly reason: string;
  /** How probable it is that a row keeps each limit; left out: the problem has none. */
  readonly limits?: readonly LimitChance[];
  /** What it costs; left out: the problem has no budget. */
  readonly cost?: number;
  /** Which rule it breaks, where nothing keeps them all; left out: none. */
  readonly refused?: string;
}

/** What to settle for: the policy's answer, unless surely more is expected of another setting or of none. */
export interface Recommendation {
  /** `null`: setting nothing is expected to be best. */
  readonly variable: string | null;
  readonly value: number | null;
  readonly unit?: string;
  readonly expected: EstimatedMean;
  /** Why it is not the policy's first choice, or not what has the best expected value; `null`: it is both. */
  readonly reason: string | null;
  /** Everything that it sets; left out where one variable is set at a time. */
  readonly settings?: readonly SetSetting[];
}

/** What one variable does to the target when it is set. */
export interface EffectEstimate {
  readonly variable: string;
  /** Target units for each unit of the variable. */
  readonly slope: EstimatedMean;
  /** Change of the target from the low to the high end of the domain by that slope, and its posterior standard deviation. */
  readonly overDomain: { readonly value: number; readonly sd: number };
  /** Whether the data show that the response is no straight line, so that a slope is not its shape. */
  readonly bent: boolean;
}

/** What a session answers: what to set next, what to settle for, and what is known of causes and effects. */
export interface Advice {
  readonly problem: string;
  readonly target: { readonly name: string; readonly unit?: string; readonly objective: "minimize" | "maximize" };
  /** Mean of the target over the rows in which nothing was set, with the interval of the mean. */
  readonly observed: EstimatedMean;
  readonly rows: { readonly observational: number; readonly interventional: number };
  readonly interventions: { readonly made: number; readonly left: number };
  /** Whether the budget is used up: nothing is to be tried any more, and the recommendation counts. */
  readonly final: boolean;
  /** What the policy would set next, what it prefers first. */
  readonly suggestions: readonly Suggestion[];
  readonly recommendation: Recommendation;
  /** How much better than setting nothing what is recommended is expected to be, in the target's unit: above 0 is better. */
  readonly gain: EstimatedMean;
  /** Whether it is still worth to go on; left out: the problem says nothing of a worth. */
  readonly stopping?: Stopping;
  /** What the experiments cost; left out: the problem has no budget. */
  readonly spending?: Spending;
  /** What is to be known before anything else, a sentence each. */
  readonly cautions: readonly string[];
  /** Probability that a variable is a direct cause of the target, the largest first. */
  readonly parents: readonly { readonly variable: string; readonly probability: number }[];
  /** The surrogate that the probabilities come from. */
  readonly parentsBy: string;
  /** What is to be known about those probabilities; `null`: nothing beside their assumptions. */
  readonly parentsCaution: string | null;
  /** Straight lines through what is known of every variable that can be set, the most uncertain first. */
  readonly effects: readonly EffectEstimate[];
  /** The variable whose effect over its domain has the largest posterior standard deviation, in the target's unit. */
  readonly mostUncertain: string;
}

/** What is asked. */
export interface Question {
  /** Most suggestions. */
  readonly count: number;
  /** Experiments to plan together; left out: none. */
  readonly experiments?: number;
  /** Experiments that have no result yet; left out: none. */
  readonly running?: readonly (readonly PlannedSetting[])[];
}

/** What is answered: what is known, and the experiments to make. */
export interface Answer {
  readonly advice: Advice;
  readonly plan: readonly Suggestion[];
}
