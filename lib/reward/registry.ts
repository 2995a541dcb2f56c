/** Every component of the reward, in the order in which they are documented and added up. */

import { exploration } from "./exploration.ts";
import { optimization } from "./optimisation.ts";
import { parent } from "./parent.ts";
import { structure } from "./structure.ts";

/** The components that configs know. */
export const COMPONENTS = [optimization, structure, parent, exploration] as const;

/** Name of a component of the reward. */
export type ComponentName = (typeof COMPONENTS)[number]["name"];
