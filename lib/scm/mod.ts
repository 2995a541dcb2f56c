/**
 * Structural causal models (Pearl 2009): data types, checks, sampling under perfect and shift interventions, random
 * families, expected outcomes with their optimum, and a YAML form. An {@linkcode Scm} is a plain object made by
 * {@linkcode createScm}, {@linkcode parseScm} or {@linkcode sampleScm}; {@linkcode compileSampler} draws rows from it and
 * {@linkcode outcomeModel} knows the truth about its interventions.
 *
 * @module
 */
export type {
  Assignment,
  Domain,
  Intervention,
  Noise,
  NoiseDistribution,
  Objective,
  OutcomeAccuracy,
  OutcomeModel,
  OutcomeRecipe,
  Scm,
  SetOutcomes,
  SetRules,
  SetSizes,
  ValuedIntervention,
  ValuedSet,
  Variable,
} from "./types.ts";
export { ScmError } from "./error.ts";
export { drawnKinds, registerMechanism } from "./mechanisms/registry.ts";
export type { Mechanism } from "./mechanisms/registry.ts";
export type {
  Binding,
  CheckContext,
  ColumnKernel,
  DrawRequest,
  MechanismKind,
  ReadContext,
  ReadMechanism,
} from "./mechanisms/kind.ts";
export { createScm, domainEnds, formatDomain, settableVariables, STANDARD_NOISE } from "./create.ts";
export type { ScmDefinition, VariableDefinition } from "./create.ts";
export { ancestorsOf } from "./graph.ts";
export { backdoorSet } from "./adjustment.ts";
export type { ParentLists } from "./graph.ts";
export { compileSampler, sampleRows } from "./sampler.ts";
export type { Sampler } from "./sampler.ts";
export { hasLinearTarget, totalEffects } from "./effects.ts";
export { normalisedValue, outcomeModel } from "./outcomes.ts";
export { DEFAULT_ACCURACY, TRAINING_ACCURACY } from "./monte_carlo.ts";
export { attainable } from "./extremes.ts";
export { outcomesBy, setOutcomeModel } from "./sets/outcomes.ts";
export { FAMILIES, registerFamily } from "./random/families.ts";
export type { Family, ForeignFamilies, GraphDensity, SampleGraph } from "./random/families.ts";
export {
  alterDistribution,
  checkDistribution,
  DOMAIN_SHAPES,
  LINEAR_DISTRIBUTION,
  NOISE_ACTIONS,
  ROOT_LAWS,
} from "./random/distribution.ts";
export { DRAWN_NOISE } from "./noise_kinds.ts";
export type { RandomMechanism, Range, ScmDistribution, Variety, Weighted } from "./random/distribution.ts";
export { gainShare, sampleCausedScm, sampleProblem } from "./random/sample.ts";
export type { SampledProblem } from "./random/sample.ts";
export { parseScm } from "./yaml/parse.ts";
export { formatScm } from "./yaml/format.ts";
export { parseTrack, trackStream } from "./yaml/track.ts";
export type { EpisodeRanges, Split, Track, TrackEpisode } from "./yaml/track.ts";
export { formatValue } from "./mechanisms/terms.ts";
export { formatEquation, formatEquations, roleText } from "./describe/equations.ts";
export { drawGraph } from "./describe/drawing.ts";
export { formatCsv } from "./describe/csv.ts";
export { parseAssignment } from "./describe/assignments.ts";
export { inspectScm } from "./describe/inspect.ts";
export type { ScmFinding } from "./describe/inspect.ts";
export { importNotes, networkScm } from "./import/build.ts";
export type { ImportOptions } from "./import/build.ts";
export type { Network, NetworkEdge, NetworkNode } from "./import/network.ts";
export { NETWORK_FORMATS, readNetwork } from "./import/read.ts";
export type { NetworkFormat, ReadNetworkOptions } from "./import/read.ts";
