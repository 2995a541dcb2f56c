/**
 * Looks at the rewards that a training logged for signs that they are gamed or teach nothing. Pure: the same rows give the
 * same findings, during the training and afterwards.
 */

/** How many updates a verdict looks back over. */
export const AUDIT_WINDOW = 20;

/** Metrics of one update, as a run logs them. */
export type LoggedRewards = Readonly<Record<string, number>>;

/** Weights by component, in the order in which components are added up. */
type Weights = Readonly<Record<string, number>>;

/** What an audit of rewards can find. */
export type AuditIssue =
  | "non_finite"
  | "constant_reward"
  | "vanishing_component"
  | "anti_correlated"
  | "not_optimising"
  | "parent_gaming"
  | "repeated_action";

/** A finding of the audit with the numbers behind it. */
export interface AuditFinding {
  readonly issue: AuditIssue;
  /** The component or metric that it is about. */
  readonly subject: string;
  /** One sentence with the numbers that it rests on. */
  readonly message: string;
}

/** Standard deviations below this, in units of the sum of weights, are no signal. */
const NO_SPREAD = 1e-3;
/** A component counts as against the goal from this correlation with the normalised value. */
const AGAINST = -0.3;
/** … if its share of the weighted components' spread is at least this. */
const RELEVANT = 0.2;
/** A mean optimisation reward below this is harm: half of the way from doing nothing to the worst intervention. */
const HARMFUL = 0.25;
/** Shares above this are suspicious … */
const ALMOST_ALWAYS = 0.9;
/** … where the normalised value stays below this. */
const POOR = 0.5;

/**
 * What is wrong with the rewards of a window of updates; empty if nothing is.
 *
 * - `non_finite`: a reward or a component is infinite or not a number;
 * - `constant_reward`: the members of a group earn the same, so that nothing can be learned;
 * - `vanishing_component`: a weighted component is the same for every decision;
 * - `anti_correlated`: what a weighted component pays for makes the target worse;
 * - `not_optimising`: interventions are harmful on average;
 * - `parent_gaming`: parents are intervened on nearly always, to little effect;
 * - `repeated_action`: one variable and one third of its domain take nearly all interventions, to little effect.
 * @param rows updates in order, at most {@linkcode AUDIT_WINDOW} of the last ones count; rows without `reward` are left out
 */
export function auditRewards(rows: readonly LoggedRewards[], weights: Weights): AuditFinding[] {
  const window = rows.filter((row) => "reward" in row).slice(-AUDIT_WINDOW);
  if (window.length === 0) return [];
  const broken = nonFinite(window);
  if (broken.length > 0) return broken;
  const mean = (name: string) => meanOf(window, name);
  return [
    ...constantReward(mean, weights),
    ...Object.keys(weights).filter((name) => weights[name] > 0).flatMap((name) =>
      componentFindings(name, mean, weights)
    ),
    ...gaming(mean),
  ];
}

/** The verdict as metrics: `audit/issues`, the number of findings, and `audit/<issue>` for each kind that was found. */
export function auditMetrics(findings: readonly AuditFinding[]): Record<string, number> {
  const metrics: Record<string, number> = { "audit/issues": findings.length };
  for (const { issue } of findings) metrics[`audit/${issue}`] = (metrics[`audit/${issue}`] ?? 0) + 1;
  return metrics;
}

/** The mean of a metric over the rows that have it; undefined if none has. */
type MeanOf = (name: string) => number | undefined;

function nonFinite(window: readonly LoggedRewards[]): AuditFinding[] {
  const watched = (name: string) => name === "reward" || name === "reward_std" || name.startsWith("rewards/");
  const found = new Map<string, number>();
  for (const row of window) {
    for (const [name, value] of Object.entries(row)) {
      if (watched(name) && !Number.isFinite(value)) found.set(name, value);
    }
  }
  return [...found].map(([subject, value]) => ({
    issue: "non_finite",
    subject,
    message: `${subject} is ${value}`,
  }));
}

function constantReward(mean: MeanOf, weights: Weights): AuditFinding[] {
  const spread = mean("reward_std");
  const unit = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  if (spread === undefined || spread >= NO_SPREAD * unit) return [];
  return [{
    issue: "constant_reward",
    subject: "reward",
    message: `the members of a group earn the same (standard deviation ${show(spread)}): nothing can be learned`,
  }];
}

function componentFindings(name: string, mean: MeanOf, weights: Weights): AuditFinding[] {
  const spread = mean(`rewards/${name}/std`);
  if (spread === undefined) return [];
  if (spread < NO_SPREAD) {
    const level = mean(`rewards/${name}/mean`) ?? NaN;
    return [{
      issue: "vanishing_component",
      subject: name,
      message: `the ${name} reward is ${show(level)} for every decision: its weight ${weights[name]} has no effect`,
    }];
  }
  const correlation = mean(`rewards/${name}/value_correlation`) ?? 0;
  const total = Object.entries(weights).reduce(
    (sum, [other, weight]) => sum + weight * (mean(`rewards/${other}/std`) ?? 0),
    0,
  );
  if (correlation > AGAINST || weights[name] * spread < RELEVANT * total) return [];
  return [{
    issue: "anti_correlated",
    subject: name,
    message: `the ${name} reward pays for harm: its correlation with the normalised value is ${show(correlation)}`,
  }];
}

function gaming(mean: MeanOf): AuditFinding[] {
  const value = mean("normalised_value");
  const optimization = mean("rewards/optimization/mean");
  const parents = mean("parent_rate");
  const repeated = mean("action_concentration");
  const poor = value !== undefined && value < POOR;
  return [
    ...(optimization !== undefined && optimization < HARMFUL
      ? [{
        issue: "not_optimising" as const,
        subject: "optimization",
        message: `interventions are harmful on average: the mean optimization reward is ${show(optimization)}`,
      }]
      : []),
    ...(poor && parents !== undefined && parents > ALMOST_ALWAYS
      ? [{
        issue: "parent_gaming" as const,
        subject: "parent",
        message: `${show(100 * parents)} % of the interventions are on parents, but the normalised value is ${
          show(value)
        }`,
      }]
      : []),
    ...(poor && repeated !== undefined && repeated > ALMOST_ALWAYS
      ? [{
        issue: "repeated_action" as const,
        subject: "actions",
        message: `one variable and value take ${show(100 * repeated)} % of the interventions, ` +
          `but the normalised value is ${show(value)}`,
      }]
      : []),
  ];
}

function meanOf(window: readonly LoggedRewards[], name: string): number | undefined {
  const values = window.flatMap((row) => name in row ? [row[name]] : []);
  return values.length === 0 ? undefined : values.reduce((sum, x) => sum + x, 0) / values.length;
}

/** Three significant digits. */
const show = (x: number) => String(Number(x.toPrecision(3)));
