/** Where a value came from, so that an error can name it: a file with line and column, or a word of the command line. */
export type Origin = string;

/** One thing wrong with what somebody wrote. */
export interface ConfigProblem {
  /** File, line and column, or the word on the command line. */
  readonly origin: Origin;
  /** Dotted path of the key; empty for the whole file. */
  readonly path: string;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** Input that cannot be used. Its message has one line for each problem. */
export class ConfigError extends Error {
  override readonly name: string = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(
      problems.map(({ origin, path, message }) => `${origin}: ${path === "" ? "" : `${path}: `}${message}`).join("\n"),
    );
    this.problems = problems;
  }
}

/** An {@linkcode ConfigError} with one problem. */
export function configError(origin: Origin, path: string, message: string): ConfigError {
  return new ConfigError([{ origin, path, message }]);
}
