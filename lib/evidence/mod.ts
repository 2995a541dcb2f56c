/**
 * Evidence on public ground: protocols that others published with their numbers, played as they are written. A protocol is one
 * record of `registry.ts`; what it gives is tables of rows, the published figure beside ours.
 *
 * @module
 */

export { type Agreement, agreement, type EvidenceRow, type EvidenceTable, type Protocol } from "./types.ts";
export { PROTOCOLS } from "./registry.ts";
