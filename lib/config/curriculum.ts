import { z } from "zod";
import { count, countRange, section } from "./fields.ts";
import { FAMILIES } from "../scm/mod.ts";

const stageSchema = section({
  name: z.string().min(1).describe("name of the stage in logs"),
  families: z.array(z.enum(FAMILIES)).min(1).describe("graph families, drawn uniformly"),
  sizes: countRange(2).describe("number of observed variables"),
  horizon: count(1).optional().describe("interventions in an episode; the track's if left out"),
  threshold: z.number().max(1).default(0.9).describe("moving mean of the normalised value that ends the stage"),
  patience: count(1).default(20).describe("updates that the moving mean is taken over"),
});

/** Stages of growing difficulty; none trains on the track itself from the first update. */
export const curriculumSchema = section({
  stages: z.array(stageSchema).default([]).describe("stages in order; the last one lasts until the end"),
});
