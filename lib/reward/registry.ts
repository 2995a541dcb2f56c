/** Every component of the reward, in the order in which they are documented and added up. */

import { exploration } from "./exploration.ts";
import { optimization } from "./optimisation.ts";
import { parent } from "./parent.ts";
import { structure } from "./structure.ts";

/** The components that configs know. */
export const COMPONENTS = [optimization, structure, parent, exploration] as const;

export type ComponentName = (typeof COMPONENTS)[number]["name"];
