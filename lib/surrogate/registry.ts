/** Every kind of surrogate by name. */

import { createActiveSurrogate } from "./active/active.ts";
import type { ActiveOptions } from "./active/hypotheses.ts";
import { createBootstrapSurrogate } from "./bootstrap.ts";
import type { SurrogateForm } from "./neural/form.ts";
import { createNeuralSurrogate } from "./neural/surrogate.ts";
import { createSwitchingSurrogate, type SwitchingOptions } from "./switching.ts";
import { createExactSurrogate, type ExactOptions } from "./exact/exact.ts";
import type { BeliefSource } from "./types.ts";

/** The options of each kind. A kind is added here, in {@linkcode MAKERS} and in {@linkcode KNOWS_EFFECTS}. */
export interface SurrogateOptionsOf {
  readonly exact: Partial<ExactOptions>;
  /** A trained network. */
  readonly neural: { readonly form: SurrogateForm };
  readonly active: Partial<ActiveOptions>;
  /** ε, how far the static features are mixed with ignorance. */
  readonly bootstrap: { readonly noise: number };
  /** The static features until the active learner is sure. */
  readonly switching: Partial<SwitchingOptions> & {
    readonly bootstrap: SurrogateOptionsOf["bootstrap"];
    readonly active: Partial<ActiveOptions>;
  };
}

export type SurrogateKind = keyof SurrogateOptionsOf;

/** A kind with its options. */
export type SurrogateOptions = {
  readonly [Kind in SurrogateKind]: { readonly kind: Kind } & SurrogateOptionsOf[Kind];
}[SurrogateKind];

const MAKERS: { readonly [Kind in SurrogateKind]: (options: SurrogateOptionsOf[Kind]) => BeliefSource } = {
  exact: createExactSurrogate,
  neural: ({ form }) => createNeuralSurrogate(form),
  active: createActiveSurrogate,
  bootstrap: ({ noise }) => createBootstrapSurrogate(noise),
  switching: ({ bootstrap, active, ...switching }) =>
    createSwitchingSurrogate(createBootstrapSurrogate(bootstrap.noise), createActiveSurrogate(active), switching),
};

/** Whether the beliefs of a kind contain total effects ({@linkcode Beliefs.effect}). */
export const KNOWS_EFFECTS: Readonly<Record<SurrogateKind, boolean>> = {
  exact: true,
  neural: true,
  active: false,
  bootstrap: false,
  switching: false,
};

/**
 * The surrogate of a kind.
 * @throws RangeError for options out of range, as the kind's own function says
 */
export function createSurrogate(options: SurrogateOptions): BeliefSource {
  const make = MAKERS[options.kind] as (options: SurrogateOptions) => BeliefSource;
  return make(options);
}
