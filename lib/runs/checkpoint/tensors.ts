/** What a checkpoint needs of tensors: names, shapes and numbers. */

/** One tensor, row-major. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Tensors by name. */
export type NamedTensors = ReadonlyMap<string, NamedTensor>;

/** A file format for named tensors. Both directions keep every bit. */
export interface TensorFormat {
  encode(tensors: NamedTensors): Uint8Array;
  /** @throws on bytes that are not a whole file of the format */
  decode(bytes: Uint8Array): NamedTensors;
}

/**
 * Checks that tensors have the names and shapes that a network expects.
 * @param what names the file or network in the error
 * @throws {RangeError} naming the first tensor that differs, with both shapes
 */
export function requireShapes(
  tensors: NamedTensors,
  expected: ReadonlyMap<string, readonly number[]>,
  what: string,
): void {
  for (const [name, shape] of expected) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw new RangeError(`${what}: the tensor "${name}" [${shape.join(", ")}] is missing`);
    if (tensor.shape.join() !== shape.join()) {
      throw new RangeError(
        `${what}: the tensor "${name}" has shape [${tensor.shape.join(", ")}], expected [${shape.join(", ")}]`,
      );
    }
  }
  for (const name of tensors.keys()) {
    if (!expected.has(name)) throw new RangeError(`${what}: unexpected tensor "${name}"`);
  }
}
