/** The surrogate of a run that is trained beside its policy, from the run's config. */

import { createStream } from "../../random/mod.ts";
import type { Policy } from "../../policy/mod.ts";
import { trackStream } from "../../scm/mod.ts";
import { createNeuralSurrogate, createSurrogateForm, type Surrogate, type SurrogateForm } from "../../surrogate/mod.ts";
import type { NamedTensors } from "../../runs/mod.ts";
import { adamOptions, type Config } from "../../config/mod.ts";
import { configError } from "../../input/mod.ts";
import { drawProblems, type Stage, type Track, trackStages } from "../track.ts";
import { openNeuralSurrogate } from "../surrogate/open.ts";
import type { Metrics, Pause } from "../learner.ts";
import { trainableNeural, weightsOf } from "./neural.ts";
import { type PhaseContext, type SurrogatePhase, surrogatePhase, type TrainableSurrogate } from "./phase.ts";

/** The surrogate's side of a joint training. */
export interface JointSession {
  readonly surrogate: TrainableSurrogate;
  /** The steps before the first policy phase; metrics by name. */
  warmUp(policy: Policy, pause: Pause): Promise<Metrics>;
  /** The surrogate phase that is due after so many policy updates; no metrics where none is. */
  afterUpdate(update: number, stage: number, policy: Policy): Promise<Metrics>;
}

/**
 * Null where the config trains no surrogate.
 * @throws ConfigError if it asks to train one that cannot be, or a policy phase is shorter than an update
 */
export function createJointSession(config: Config, track: Track): JointSession | null {
  const { phase, optimizer } = config;
  if (phase.surrogate_steps === 0) return null;
  const every = updatesBetweenPhases(config);
  const surrogate = trainableNeural(
    neuralForm(config),
    phase.learning_rate,
    optimizer.clip_norm,
    adamOptions(optimizer),
  );
  const stages = trackStages(config, track);
  const root = trackStream(track, "train", config.seed).child("surrogate");
  const learn = async (steps: SurrogatePhase, stage: number, update: number): Promise<Metrics> => ({
    "surrogate/loss": await surrogatePhase(surrogate, phaseContext(stages[stage]), steps, root.child(update)),
  });
  const { warmup_steps, surrogate_steps, episodes: batch, own_share } = phase;
  return {
    surrogate,
    warmUp: async (policy, pause) =>
      warmup_steps === 0 ? {} : await learn({ policy, steps: warmup_steps, batch, ownShare: 0, pause }, 0, 0),
    afterUpdate: async (update, stage, policy) =>
      update % every === 0
        ? await learn({ policy, steps: surrogate_steps, batch, ownShare: own_share }, stage, update)
        : {},
  };
}

/** @throws ConfigError if the surrogate has nothing to train, or a policy phase is shorter than an update */
function updatesBetweenPhases({ phase, grpo, surrogate: { kind } }: Config): number {
  if (kind !== "neural") {
    throw configError(
      "phase.surrogate_steps",
      "",
      `a surrogate of kind ${kind} has nothing to train; set surrogate.kind to neural`,
    );
  }
  const episodesPerUpdate = grpo.problems_per_update * (grpo.group === "trajectory" ? grpo.group_size : 1);
  if (phase.policy_episodes < episodesPerUpdate) {
    throw configError(
      "phase.policy_episodes",
      "",
      `${phase.policy_episodes} episodes are less than one update's ${episodesPerUpdate}`,
    );
  }
  return Math.floor(phase.policy_episodes / episodesPerUpdate);
}

/** What a phase learns from in a stage of the curriculum: rows as many as an episode's, at any of its times. */
function phaseContext({ episode, distribution }: Stage): PhaseContext {
  const start = episode.observationalRows + episode.interventionalRows;
  const made = episode.horizon * episode.rowsPerIntervention;
  return {
    episode,
    distribution: {
      scms: distribution,
      rows: {
        rows: { min: start, max: start + made },
        interventional: { min: 0, max: made / (start + made) },
        observational: 0.1,
        focused: 0.3,
      },
    },
    problems: (count, stream) => drawProblems(distribution, count, stream),
  };
}

/** The network that a config's neural surrogate starts from. */
function neuralForm(config: Config): SurrogateForm {
  if (config.surrogate.kind !== "neural") throw new TypeError("the config has no neural surrogate");
  const { run, network } = config.surrogate;
  return run === null && config.phase.surrogate_steps > 0
    ? createSurrogateForm(network, createStream(config.seed).child("surrogate"))
    : openNeuralSurrogate(run).form;
}

/** The neural surrogate of a config: as a checkpoint holds it, else of the run that the config names, else as it is shipped. */
export function neuralSurrogate(config: Config, tensors: NamedTensors | undefined): Surrogate {
  const form = neuralForm(config);
  if (tensors !== undefined) form.parameters.assign(weightsOf(tensors));
  return createNeuralSurrogate(form);
}
