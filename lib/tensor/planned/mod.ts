/**
 * Networks without a tape. A network is written once, as a function in an {@linkcode Algebra} of tables: layers of several
 * products (with one shared by groups of rows), messages between the rows of a group, masked mean and maximum pools over groups
 * (variables of a system, cells of a grid), residual sums, layer norm, dropout by groups, concatenations. On `simd` it becomes a
 * {@linkcode Plan}: forward and backward by hand on the kernels, all values in one block of memory, all slopes in another, systems of
 * one size together and none of their padding, one operation of TensorFlow.js in total. On every other backend, and as the reference of the tests, the same function runs on
 * tensors. Losses are plain code on the outputs (`lossGradients`), or fused heads (`jointCategorical`, `maskedLogSoftmax`, …).
 *
 * @module
 */

export type { Algebra, NamedProduct, NetworkFunction, SumLayer } from "./algebra.ts";
export { createSystemNetwork, type SystemNetwork } from "./network.ts";
export type { SystemBatch, SystemTable } from "./packing.ts";
export { PLANNED_MULTIPLE } from "./pool_steps.ts";
