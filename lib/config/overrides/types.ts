/** A value as YAML and the command line write it. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

/** A set of values that one key takes in different jobs of a sweep. */
export type Sweep =
  | { readonly kind: "choice"; readonly values: readonly Value[]; readonly shuffled: boolean }
  /** A continuous range that only a sampler can draw from. `log`: uniform in the logarithm. */
  | {
    readonly kind: "interval";
    readonly low: number;
    readonly high: number;
    readonly scale: "linear" | "log";
    readonly integer: boolean;
  }
  /** Names of the files of a config group that match one of `include` and none of `exclude`. */
  | { readonly kind: "glob"; readonly include: readonly string[]; readonly exclude: readonly string[] };

/** One word of the command line, `[+|++|~]key=value`. */
export interface Override {
  /** `set`: the key must exist; `add` (`+`): it must not; `force` (`++`): either; `delete` (`~`). */
  readonly operation: "set" | "add" | "force" | "delete";
  readonly path: readonly string[];
  /** Undefined for a deletion of whatever is there, and for a sweep. */
  readonly value: Value | undefined;
  readonly sweep: Sweep | undefined;
  /** The word as it was written. */
  readonly text: string;
}

/** An override that cannot be read. The message shows the word and where reading stopped. */
export class OverrideError extends Error {
  override readonly name = "OverrideError";
}
