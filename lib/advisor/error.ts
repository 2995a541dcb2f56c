/** Data that an experiment cannot take in. Its message says where, what, and what would be right. */
export class DataError extends Error {
  override readonly name = "DataError";
}
