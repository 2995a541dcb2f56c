/** What is learned about the target's parents along an episode, and how the interventions were spread. */
export {
  type BeliefRecords,
  believingPolicy,
  playStructure,
  type StructurePlay,
  type StructureRecords,
} from "./play.ts";
export { type StructureScore, structureScore } from "./scores.ts";
