/**
 * What people write, read with the place of every value: YAML, schemas whose errors name file, line, column and the nearest
 * valid key, suggestions for misspelt words, and where what ships lies.
 *
 * @module
 */
export { ConfigError, configError } from "./error.ts";
export type { ConfigProblem, Origin } from "./error.ts";
export { nearestPath } from "./files.ts";
export { nearest, suggestion } from "./nearest.ts";
export { isPath, projectPath, type ShippedKind, shippedNames, shippedPath, yamlNames } from "./shipped.ts";
export { dotted, keySuggestion, validate } from "./validate.ts";
export { fallbackAt, isKnownPath, listKeys } from "./walk.ts";
export type { ConfigKey } from "./walk.ts";
export { parseYaml, parseYamlValue } from "./yaml.ts";
export type { Locate, YamlSource } from "./yaml.ts";
