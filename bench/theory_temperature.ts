/**
 * What a training with a given entropy coefficient is led to: the share of successes, and the mean reward, under
 * π(string) ∝ exp(reward / coefficient), summed over every string of the tasks that hand out the fields.
 * `deno run -A bench/theory_temperature.ts`
 */

import { printLine } from "../lib/cli/output.ts";
import {
  anomalyConditions,
  anomalyContribution,
  anomalyScore,
  fermions,
  type Prompt,
  readTheory,
  type Task,
  theoryTask,
} from "../lib/theory/mod.ts";

const COEFFICIENTS = [0.08, 0.06, 0.05, 0.045, 0.04, 0.03, 0.02];

/** Reward and success of every filling of a template's holes with charges of one U(1). */
function forEveryString(
  task: Task,
  prompt: Prompt,
  abelian: number,
  visit: (reward: number, success: boolean) => void,
): number {
  const tokens = prompt.script.map((item) => typeof item === "number" ? item : item[0]);
  const parsed = readTheory(tokens, prompt.limits.dialect);
  const matter = fermions(parsed.theory);
  const hole = prompt.script.find((item) => typeof item !== "number") as readonly number[];
  const bound = (hole.length - 1) / 2;
  const conditions = anomalyConditions(parsed.theory.group);
  const options = matter.map((field) =>
    hole.map((_, i) => ({ ...field, charges: field.charges.map((q, a) => a === abelian ? i - bound : q) }))
  );
  const parts = options.map((choices) => choices.map((field) => conditions.map((c) => anomalyContribution(c, field))));
  const scores = conditions.map(() => new Map<number, number>());
  const scoreOf = (k: number, sum: number) => {
    const condition = conditions[k];
    const numerator = condition.kind === "witten" ? Math.abs(sum % 2) : sum;
    let score = scores[k].get(numerator);
    if (score === undefined) {
      score = anomalyScore({ condition, contributions: [numerator], numerator }, task.cancellation);
      scores[k].set(numerator, score);
    }
    return score;
  };
  const chosen = matter.map((_, f) => options[f][0]);
  let count = 0;
  const fill = (f: number, sums: readonly number[]): void => {
    if (f < matter.length) {
      parts[f].forEach((part, i) => {
        chosen[f] = options[f][i];
        fill(f + 1, sums.map((sum, k) => sum + part[k]));
      });
      return;
    }
    count++;
    const all = sums.map((sum, k) => scoreOf(k, sum));
    const theory = { ...parsed.theory, fields: chosen };
    const missed = task.goals.reduce((cost, goal) => cost + goal.weight * goal.shortfall({ ...parsed, theory }), 0);
    const reward = all.reduce((sum, score) => sum + score, 0) / all.length - missed;
    visit(Math.max(-1, reward), missed === 0 && all.every((score) => score === 1));
  };
  fill(0, conditions.map(() => 0));
  return count;
}

for (const [name, abelian] of [["T0", 0], ["T1", 0], ["T5", 1]] as const) {
  const task = theoryTask(name);
  const [prompt] = task.prompts;
  const sums = COEFFICIENTS.map(() => ({ weight: 0, success: 0, reward: 0 }));
  let successes = 0;
  const count = forEveryString(task, prompt, abelian, (reward, success) => {
    if (success) successes++;
    COEFFICIENTS.forEach((coefficient, c) => {
      const weight = Math.exp((reward - 1) / coefficient);
      sums[c].weight += weight;
      sums[c].reward += weight * reward;
      if (success) sums[c].success += weight;
    });
  });
  printLine(`${name}, ${prompt.name}: ${count} strings, ${successes} successes`);
  COEFFICIENTS.forEach((coefficient, c) => {
    const { weight, success, reward } = sums[c];
    printLine(
      `  coefficient ${coefficient}: success ${(success / weight).toFixed(3)}, reward ${(reward / weight).toFixed(3)}`,
    );
  });
}
