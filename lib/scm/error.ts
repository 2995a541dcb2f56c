/** A structural causal model, or a use of one, that makes no sense. The message is one line that says what, where and why. */
export class ScmError extends Error {
  override readonly name: string = "ScmError";
  /** The variable that is wrong, where it is one. */
  readonly variable: string | undefined;

  constructor(message: string, variable?: string) {
    super(message);
    this.variable = variable;
  }
}

/** A truth that is not a number: an expectation that does not exist or is too large for one. */
export class UndefinedTruthError extends ScmError {
  override readonly name = "UndefinedTruthError";
}
