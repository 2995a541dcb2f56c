/**
 * What people write, read with the place of every value: YAML, schemas whose errors name file, line, column and the nearest
 * valid key, and suggestions for misspelt words.
 */
export { InputError, inputError } from "./error.ts";
export type { InputProblem, Origin } from "./error.ts";
export { nearest, suggestion } from "./nearest.ts";
export { validate } from "./validate.ts";
export { parseYaml } from "./yaml.ts";
export type { Locate, YamlSource } from "./yaml.ts";
