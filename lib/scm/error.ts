/** A structural causal model, or a use of one, that makes no sense. The message is one line that says what, where and why. */
export class ScmError extends Error {
  override readonly name = "ScmError";
}
