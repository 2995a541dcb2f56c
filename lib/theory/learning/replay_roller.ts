/**
 * Prioritised replay of successes: groups of a prompt that has been solved before get some of its solutions as further
 * members (self-imitation, Oh et al. 2018, arXiv:1806.05635). The clipped ratio of a replayed string is taken to the present
 * policy (the decoupled objective of Hilton et al. 2021, arXiv:2110.00641), so that old successes keep teaching, and is
 * multiplied by the importance weight that corrects for drawing by priority. The priority is the string's surprise
 * −log π(x): what the policy is about to forget comes first.
 */

import * as tf from "@tensorflow/tfjs-core";
import {
  drawReplay,
  remember,
  type ReplayOptions,
  type ReplaySample,
  type ReplayState,
  type Roller,
} from "../../grpo/mod.ts";
import type { TheoryActions, TheoryPolicy, TheoryViews } from "./policy.ts";
import { extendWalk, legalNextInto, type Prompt, startWalk, VOCABULARY_SIZE } from "../language/mod.ts";
import { drawGroups, playGroups, type TaskShare, theoryRollout, type TheoryRolloutOptions } from "./roller.ts";
import { type Choice, viewsOf, type WrittenTheory } from "./writer.ts";

/** A success as it is kept: plain data. */
export interface Success {
  /** From `problemName`. */
  readonly problem: string;
  readonly tokens: readonly number[];
  /** Log-probabilities of its decisions when it was last written or replayed. */
  readonly logProbs: readonly number[];
  readonly reward: number;
}

/** What replay takes to be one problem: a prompt of a task. */
export function problemName(task: string, prompt: Prompt): string {
  return `${task}/${prompt.name}`;
}

/** How much is replayed. */
export interface TheoryReplayOptions extends ReplayOptions {
  /** Successes that join each group whose prompt has any. */
  readonly perGroup: number;
}

/** The successes of a run. Its state goes into checkpoints. */
export class SuccessMemory {
  state: ReplayState<Success> = [];
  readonly options: TheoryReplayOptions;

  constructor(options: TheoryReplayOptions) {
    this.options = options;
  }

  /** Keeps successes; one that the policy found improbable has a high priority. */
  add(successes: readonly Success[]): void {
    const entries = successes.map((success) => ({
      key: `${success.problem}: ${success.tokens.join()}`,
      item: success,
      // The surprise −log π(x), kept above 0 for strings that had become certain.
      priority: 1e-3 - success.logProbs.reduce((sum, logProb) => sum + Math.min(0, logProb), 0),
    }));
    this.state = remember(this.state, entries, this.options);
  }
}

/** Rebuilds a written string, its legal tokens included, from its tokens and the log-probabilities of its decisions. */
export function rewrite(prompt: Prompt, tokens: readonly number[], logProbs: readonly number[]): WrittenTheory {
  const mask = new Uint8Array(VOCABULARY_SIZE);
  const choices: Choice[] = [];
  let walk = startWalk(prompt);
  tokens.forEach((token, position) => {
    if (legalNextInto(walk, mask) > 1) {
      const legal: number[] = [];
      for (let t = 0; t < VOCABULARY_SIZE; t++) if (mask[t] === 1) legal.push(t);
      choices.push({ position, legal, logProb: logProbs[choices.length], entropy: 0 });
    }
    walk = extendWalk(walk, token);
  });
  return { prompt, tokens, choices };
}

/** The log-probability of each decision under the present policy. */
function presentLogProbs(
  policy: TheoryPolicy,
  written: readonly WrittenTheory[],
  dropout: number | null,
): readonly (readonly number[])[] {
  const { views, actions } = viewsOf(written, dropout);
  const scored = tf.tidy(() => policy.score(views, actions).logProb);
  const values = scored.dataSync<"float32">();
  scored.dispose();
  const width = views.length - 1;
  return written.map(({ choices }, s) => choices.map(({ position }) => values[s * width + position - 1]));
}

/** Groups of new strings, joined by replayed successes of the same prompt. The memory learns of new successes. */
export function replayingRoller(
  tasks: readonly TaskShare[],
  options: TheoryRolloutOptions,
  memory: SuccessMemory,
): Roller<TheoryPolicy, TheoryViews, TheoryActions> {
  return (policy, stream) => {
    const drawn = drawGroups(tasks, options, stream);
    const played = playGroups(policy, drawn, options, stream);
    const problemOf = (g: number) => problemName(drawn[g].scorer.task.name, drawn[g].prompt);
    const replayed: {
      readonly group: number;
      readonly sample: ReplaySample<Success>;
      readonly written: WrittenTheory;
    }[] = drawn.flatMap(({ prompt }, group) => {
      const own = memory.state.filter(({ item }) => item.problem === problemOf(group));
      return drawReplay(own, memory.options.perGroup, memory.options, stream.child("replay").child(group)).map((
        sample,
      ) => ({
        group,
        sample,
        written: rewrite(prompt, sample.entry.item.tokens, sample.entry.item.logProbs),
      }));
    });
    memory.add(played.written.flatMap(({ tokens, choices }, m) => {
      const verdict = played.verdicts[m];
      if (!verdict.success) return [];
      const logProbs = choices.map(({ logProb }) => logProb);
      return [{ problem: problemOf(played.group[m]), tokens: [...tokens], logProbs, reward: verdict.reward }];
    }));
    const present = replayed.length > 0
      ? presentLogProbs(policy, replayed.map(({ written }) => written), played.dropout)
      : [];
    memory.add(replayed.map(({ sample }, r) => ({ ...sample.entry.item, logProbs: present[r] })));
    const corrected = replayed.map(({ sample, written }, r) => {
      // Subtracting log w from the old log-probability multiplies the ratio by w.
      const shift = Math.log(sample.weight);
      return {
        ...written,
        choices: written.choices.map((choice, c) => ({ ...choice, logProb: present[r][c] - shift })),
      };
    });
    return theoryRollout(
      [...played.written, ...corrected],
      [...played.rewards, ...replayed.map(({ sample }) => sample.entry.item.reward)],
      Int32Array.from([...played.group, ...replayed.map(({ group }) => group)]),
      {
        dropout: played.dropout,
        measures: {
          ...played.measures,
          replay_size: { kind: "most", value: memory.state.length },
          replayed: { kind: "share", value: replayed.length },
        },
        interventions: played.written.length,
        describe: (g) => `prompt ${drawn[g].prompt.name} of task ${drawn[g].scorer.task.name}`,
      },
    );
  };
}
