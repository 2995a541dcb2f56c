/** The protocols by name. */

import { atlas, chiral } from "./charges.ts";
import { causalab } from "./causalab.ts";
import { location } from "./location.ts";
import type { Protocol } from "./types.ts";

/** Every protocol, in the order in which they run. */
export const PROTOCOLS: readonly Protocol[] = [atlas, chiral, causalab, location];
