/** What is further out than this counts as this much, so that no feature can drown the others. */
const LIMIT = 10;

/** A feature, at most 10 to either side of 0. */
export const bounded = (x: number): number => x > LIMIT ? LIMIT : x < -LIMIT ? -LIMIT : x;
