/** The whole cycle of a session against an SCM that plays the experiment: ask, set, measure, tell. */

import { createStream } from "../random/mod.ts";
import { normalisedValue, type OutcomeModel, sampleRows, type Scm } from "../scm/mod.ts";
import { problemOfScm } from "./problem.ts";
import type { EstimatedMean } from "./responses.ts";
import { type ExperimentSession, openSession } from "./session.ts";
import type { MeasuredRow } from "./told.ts";

/** One turn of the cycle. */
export interface SimulatedStep {
  readonly variable: string;
  readonly value: number;
  /** The policy's joint probability of variable and value. */
  readonly probability: number;
  /** The target as it was measured. */
  readonly measured: number;
  /** E[target | do], the truth. */
  readonly expected: number;
  /** How much worse than the best intervention, in the target's unit: never negative. */
  readonly regret: number;
  /** 0 is as good as doing nothing, 1 the best single intervention. */
  readonly normalised: number;
  /** Whether the 95 % interval of the expected target, as it was given before measuring, holds the truth. */
  readonly inside: boolean;
}

/** A session in which a known model played the experiment. */
export interface SimulatedSession {
  readonly session: ExperimentSession;
  readonly steps: readonly SimulatedStep[];
  /** The final recommendation, judged by the truth. */
  readonly recommended: SimulatedRecommendation;
}

/** What was recommended in the end; no variable: to set nothing. */
export interface SimulatedRecommendation extends Pick<SimulatedStep, "expected" | "regret" | "normalised" | "inside"> {
  readonly variable: string | null;
  readonly value: number | null;
}

export interface SimulationOptions {
  readonly checkpoint?: string;
  /** Rows in which nothing is set that the session starts from. */
  readonly observationalRows: number;
  readonly interventions: number;
  readonly seed: number;
  /** Called after every step. */
  readonly onStep?: (step: SimulatedStep, index: number) => void;
}

/**
 * Follows the first suggestion of every step.
 * @param outcomes the truth about `scm`; the session does not see it
 */
export function simulateSession(scm: Scm, outcomes: OutcomeModel, options: SimulationOptions): SimulatedSession {
  const { checkpoint, observationalRows, interventions, seed, onStep } = options;
  const session = openSession(
    problemOfScm(scm, interventions),
    checkpoint === undefined ? {} : { checkpoint },
  );
  const stream = createStream(seed).child("simulation");
  const indexOf = (name: string) => scm.variables.findIndex((variable) => variable.name === name);
  const rowsOf = (values: Float64Array, set?: string): MeasuredRow[] =>
    Array.from({ length: values.length / scm.variables.length }, (_, r) => ({
      values: Object.fromEntries(
        scm.variables.flatMap(({ name, observed }, v) =>
          observed ? [[name, values[r * scm.variables.length + v]]] : []
        ),
      ),
      ...(set === undefined ? {} : { set }),
    }));
  const judge = (variable: string | null, value: number | null, estimate: EstimatedMean) => {
    const expected = variable === null || value === null
      ? outcomes.observational
      : outcomes.expected(indexOf(variable), value);
    const sign = scm.objective === "maximize" ? 1 : -1;
    return {
      expected,
      regret: Math.max(0, sign * (outcomes.best.outcome - expected)),
      normalised: normalisedValue(outcomes, scm.objective, expected),
      inside: expected >= estimate.low && expected <= estimate.high,
    };
  };
  session.tell(rowsOf(sampleRows(scm, observationalRows, [], stream.child("observation"))));
  const steps: SimulatedStep[] = [];
  for (let t = 0; t < interventions; t++) {
    const { variable, value, probability, expected } = session.ask(1).suggestions[0];
    const setting = { variable: indexOf(variable), value, kind: "perfect" as const };
    const row = sampleRows(scm, 1, [setting], stream.child(t));
    session.tell(rowsOf(row, variable));
    const step = { variable, value, probability, ...judge(variable, value, expected), measured: row[scm.target] };
    steps.push(step);
    onStep?.(step, t);
  }
  const { variable, value, expected } = session.ask(1).recommendation;
  return { session, steps, recommended: { variable, value, ...judge(variable, value, expected) } };
}
