/**
 * Notebooks: their format, the values of their parameters, checks of their cells, and their run in a Deno kernel, cell by cell,
 * through our own client of Jupyter's protocol (`kernel/`), which loses no output.
 *
 * @module
 */

export { checkNotebook } from "./check.ts";
export { type CellProgress, executeNotebook, type Execution, type ExecutionSettings } from "./execute.ts";
export { type Kernel, type KernelSettings, startKernel } from "./kernel/process.ts";
export {
  formatNotebook,
  joined,
  kernelName,
  type Notebook,
  type NotebookCell,
  NotebookError,
  notebookLanguage,
  type Output,
  parseNotebook,
  tagsOf,
} from "./nbformat.ts";
export { withoutAnsi } from "./outputs.ts";
export { type Parameters, withParameters } from "./parameters.ts";
