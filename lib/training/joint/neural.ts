/** The neural surrogate as one that can be trained beside a policy. */

import { createNeuralSurrogate, type SurrogateForm } from "../../surrogate/mod.ts";
import { type AdamOptions, createNamedAdam } from "../../tensor/mod.ts";
import type { NamedTensors } from "../../runs/mod.ts";
import { surrogateStep } from "../surrogate/step.ts";
import type { TrainableSurrogate } from "./phase.ts";

const MOMENTS = "optimizer/";

/** @param clipNorm largest norm of a gradient */
export function trainableNeural(
  form: SurrogateForm,
  learningRate: number,
  clipNorm: number,
  adam: AdamOptions,
): TrainableSurrogate {
  const { names, list } = form.parameters;
  const optimizer = createNamedAdam(list, names, adam);
  return {
    source: createNeuralSurrogate(form),
    async step(episodes) {
      return (await surrogateStep(form, episodes, optimizer, learningRate, clipNorm)).parents;
    },
    async tensors() {
      const moments = [...optimizer.tensors()].map(([name, tensor]) => [`${MOMENTS}${name}`, tensor] as const);
      return new Map([...await form.parameters.values(), ...moments]);
    },
    restore(tensors) {
      form.parameters.assign(weightsOf(tensors));
      optimizer.restore(
        new Map(
          [...tensors].flatMap(([name, tensor]) =>
            name.startsWith(MOMENTS) ? [[name.slice(MOMENTS.length), tensor] as const] : []
          ),
        ),
      );
    },
  };
}

/** The network's parameters among the tensors of a {@linkcode trainableNeural} surrogate. */
export function weightsOf(tensors: NamedTensors): NamedTensors {
  return new Map([...tensors].filter(([name]) => !name.startsWith(MOMENTS)));
}
