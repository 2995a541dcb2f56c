/** The surrogate of a run that is trained beside its policy, from the run's config. */

import { createStream } from "../../random/mod.ts";
import type { Policy } from "../../policy/mod.ts";
import { trackStream } from "../../scm/mod.ts";
import { createNeuralSurrogate, createSurrogateForm, type Surrogate, type SurrogateForm } from "../../surrogate/mod.ts";
import type { NamedTensors } from "../../runs/mod.ts";
import type { Config } from "../../config/mod.ts";
import { configError } from "../../input/mod.ts";
import { drawProblems, type Track, trackStages } from "../track.ts";
import { openNeuralSurrogate } from "../surrogate/open.ts";
import { adamOptions } from "../optimizer.ts";
import type { Metrics, Pause } from "../learner.ts";
import { trainableNeural, weightsOf } from "./neural.ts";
import { surrogatePhase, type TrainableSurrogate, updatesPerPhase } from "./phase.ts";

/** The surrogate's side of a joint training. */
export interface JointSession {
  readonly surrogate: TrainableSurrogate;
  /** The steps before the first policy phase; metrics by name. */
  warmUp(policy: Policy, pause: Pause): Promise<Metrics>;
  /** The surrogate phase that is due after so many policy updates; no metrics where none is. */
  afterUpdate(update: number, stage: number, policy: Policy): Promise<Metrics>;
}

/** One surrogate phase. */
interface Due {
  /** Stage of the curriculum whose SCMs are learned from. */
  readonly stage: number;
  /** Policy updates done. */
  readonly update: number;
  readonly steps: number;
  readonly ownShare: number;
}

/**
 * Null where the config trains no surrogate.
 * @throws ConfigError if it asks to train one that cannot be, or a policy phase is shorter than an update
 */
export function createJointSession(config: Config, track: Track): JointSession | null {
  const { phase, grpo, optimizer } = config;
  if (phase.surrogate_steps === 0) return null;
  if (config.surrogate.kind !== "neural") {
    throw configError(
      "phase.surrogate_steps",
      "",
      `a surrogate of kind ${config.surrogate.kind} has nothing to train; set surrogate.kind to neural`,
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
  const every = updatesPerPhase(phase.policy_episodes, episodesPerUpdate);
  const { learning_rate } = phase;
  const surrogate = trainableNeural(neuralForm(config), learning_rate, optimizer.clip_norm, adamOptions(optimizer));
  const stages = trackStages(config, track);
  const root = trackStream(track, "train", config.seed).child("surrogate");

  async function learn(
    policy: Policy,
    { stage, update, steps, ownShare }: Due,
    pause?: Pause,
  ): Promise<Metrics> {
    const { episode, distribution } = stages[stage];
    const start = episode.observationalRows + episode.interventionalRows;
    const made = episode.horizon * episode.rowsPerIntervention;
    const loss = await surrogatePhase(
      surrogate,
      {
        policy,
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
      },
      steps,
      { batch: phase.episodes, ownShare, ...(pause === undefined ? {} : { pause }) },
      root.child(update),
    );
    return { "surrogate/loss": loss };
  }

  return {
    surrogate,
    warmUp: async (policy, pause) =>
      phase.warmup_steps === 0
        ? {}
        : await learn(policy, { stage: 0, update: 0, steps: phase.warmup_steps, ownShare: 0 }, pause),
    afterUpdate: async (update, stage, policy) =>
      update % every === 0
        ? await learn(policy, { stage, update, steps: phase.surrogate_steps, ownShare: phase.own_share })
        : {},
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
