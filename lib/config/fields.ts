/** Small builders that the sections of the schema are made of. */

import { z } from "zod";

/** A section: an object in which an unknown key is an error and every key that is left out has its default. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape);
}

/** A whole number ≥ `min`. */
export function count(min = 0): z.ZodInt {
  return z.int().min(min);
}

/** A number in [0, 1]. */
export function fraction(): z.ZodNumber {
  return z.number().min(0).max(1);
}

/** A number > 0. */
export function positive(): z.ZodNumber {
  return z.number().positive();
}

/** A number ≥ 0. */
export function nonNegative(): z.ZodNumber {
  return z.number().min(0);
}

/** A non-empty range of numbers, both ends included. */
export function numberRange(min = -Infinity): z.ZodType<{ min: number; max: number }> {
  return ordered(z.strictObject({ min: z.number().min(min), max: z.number().min(min) }));
}

/** A non-empty range of whole numbers, both ends included. */
export function countRange(min = 0): z.ZodType<{ min: number; max: number }> {
  return ordered(z.strictObject({ min: count(min), max: count(min) }));
}

function ordered<T extends z.ZodType<{ min: number; max: number }>>(range: T): T {
  return range.refine((value) => value.min <= value.max, {
    error: (issue) => `the minimum is above the maximum: ${JSON.stringify(issue.input)}`,
  });
}
