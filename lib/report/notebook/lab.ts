/** The kernel's entry for Jupyter: this project's own name and its own Deno. */

/** A kernel specification (jupyter-client.readthedocs.io, "Kernel specs"). */
export interface KernelSpec {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: "typescript";
  readonly interrupt_mode: "signal";
  readonly env: Readonly<Record<string, string>>;
}

/** The kernel's name in notebooks and folders. */
export const kernelName = "causal-grpo";

/**
 * The specification of this project's kernel. Its stop button sends SIGINT, which `stopSignal` turns into an abort.
 * @param deno the executable, as an absolute path
 */
export function kernelSpec(deno: string, version: string): KernelSpec {
  return {
    argv: [deno, "jupyter", "--kernel", "--conn", "{connection_file}"],
    display_name: `Causal GRPO (Deno ${version})`,
    language: "typescript",
    interrupt_mode: "signal",
    env: { NO_COLOR: "1" },
  };
}
