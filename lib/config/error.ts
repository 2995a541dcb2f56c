/** Where a config's value came from, so that an error can name it. */
export type Origin = string;

/** One thing wrong with a config. */
export interface ConfigProblem {
  /** File and line, or the override on the command line. */
  readonly origin: Origin;
  /** Dotted path of the key; empty for the whole file. */
  readonly path: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** A config that cannot be used. Its message has one line for each problem. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(
      problems.map(({ origin, path, message }) => `${origin}: ${path === "" ? "" : `${path}: `}${message}`).join("\n"),
    );
    this.problems = problems;
  }
}

/** A {@linkcode ConfigError} with one problem. */
export function configError(origin: Origin, path: string, message: string): ConfigError {
  return new ConfigError([{ origin, path, message }]);
}
