/** Features of each variable among those of a batch: `[episodes, width, channels]`, from `offset` of a variable's channels on. */
export interface FeatureColumns {
  readonly data: Float32Array;
  readonly channels: number;
  readonly offset: number;
}

/**
 * The place of each feature by its name, for code that writes features one after another.
 * @param names in the order in which they stand behind each other
 */
export function offsetsOf<const Names extends readonly string[]>(
  names: Names,
): { readonly [Name in Names[number]]: number } {
  return Object.freeze(Object.fromEntries(names.map((name, place) => [name, place]))) as {
    [Name in Names[number]]: number;
  };
}
