/** A learner whose rewards are audited: the verdict is part of its metrics, and what is found is said. */

import type { Config } from "../../config/mod.ts";
import { AUDIT_WINDOW, type AuditFinding, auditMetrics, auditRewards, type LoggedRewards } from "../../reward/mod.ts";
import type { Learner } from "../learner.ts";
import { describeFinding, rewardKnowledge } from "../reward_audit.ts";

/** Judges every update together with those before it; a resumed run judges as if it had not stopped. */
export function auditLearner(own: Learner, config: Config): Learner {
  const { weights } = config.reward;
  const told = new Set<string>();
  let recent: readonly LoggedRewards[] = [];
  /** What the user has not been told of: a few updates can look odd by chance, so only what a whole window says counts. */
  const news = (findings: readonly AuditFinding[]) => {
    const fresh = recent.length < AUDIT_WINDOW ? [] : findings.filter((finding) => !told.has(nameOf(finding)));
    fresh.forEach((finding) => told.add(nameOf(finding)));
    return fresh.map(describeFinding);
  };
  return {
    ...own,
    get update() {
      return own.update;
    },
    async step() {
      const { metrics, warnings = [], ...words } = await own.step();
      recent = [...recent, metrics as unknown as LoggedRewards].slice(-AUDIT_WINDOW);
      const findings = auditRewards(recent, weights);
      return {
        ...words,
        metrics: { ...metrics, ...auditMetrics(findings) },
        warnings: [...warnings, ...news(findings)],
      };
    },
    restore(checkpoint, logged) {
      own.restore(checkpoint, logged);
      recent = (logged as readonly LoggedRewards[]).filter((row) => "reward" in row).slice(-AUDIT_WINDOW);
    },
    summary: () => ({
      ...own.summary(),
      privileged_rewards: rewardKnowledge(config),
      reward_audit: auditRewards(recent, weights).map(describeFinding),
    }),
  };
}

const nameOf = ({ issue, subject }: AuditFinding) => `${issue} ${subject}`;
