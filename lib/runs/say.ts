/** What a long job says of itself while it works. */

/** How much of a job is done. */
export interface Place {
  readonly done: number;
  readonly of: number;
}

/** Hears a line: with a place, what a job does next; without one, a note. */
export type Say = (line: string, place?: Place) => void;

/** Says the parts of a job with their places: the result is called before each part, and once more when all are done. */
export function sayParts(say: Say, of: number): (part?: string) => void {
  let done = 0;
  return (part = `${of} of ${of} done`) => say(part, { done: done++, of });
}
