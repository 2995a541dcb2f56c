/**
 * Configs: the schemas of every kind of run (`schema.ts` and one file a section), the words of the command line that override them
 * (`overrides/`), and errors that name the file, the key and the nearest one that exists.
 * @module
 */

export { type Config, configSchema } from "./schema.ts";
export {
  adamOptions,
  type AlgorithmConfig,
  algorithmShape,
  learningRateSchedule,
  trainerOptions,
} from "./algorithm.ts";
export {
  type ConfigSource,
  formatConfig,
  loadConfig,
  loadConfigWith,
  parseConfigText,
  parseOverrides,
  readConfigText,
  type Resolve,
  resolveConfig,
  resolveWith,
} from "./load.ts";
export { type Override, OverrideError, type Sweep, type Value } from "./overrides/types.ts";
export { type Draw, expandGrid, type ExpandOptions, expandRandom, type JobOverrides } from "./overrides/expand.ts";
export { count, positive, section } from "./fields.ts";
export { isDictionary, readPlainValue } from "./overrides/value.ts";
export { Scanner } from "./overrides/scanner.ts";
export { type SurrogateConfig, surrogateConfigSchema } from "./surrogate_training.ts";
export {
  resolveTheoryConfig,
  type TheoryConfig,
  theoryConfigSchema,
  theoryTrainingOptions,
} from "./theory_training.ts";
