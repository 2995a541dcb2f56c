/** What a protocol of somebody else is, and what playing it gives: a published figure beside ours. */

/** A number as it was published, with its ± where one was given. */
export interface Published {
  readonly value: number;
  readonly spread?: number;
  /** Whose it is, where the row is about another method: what the row is compared with. */
  readonly of?: string;
}

/** A number of ours, with its 95 % interval unless it is exact. */
export interface Ours {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

/** One line: what is counted or measured, what was published, and what we get. */
export interface EvidenceRow {
  readonly what: string;
  readonly published: Published | null;
  readonly ours: Ours | null;
}

/** Rows in one unit. */
export interface EvidenceTable {
  readonly heading: string;
  readonly note?: string;
  /** What a row is about, e.g. "method". */
  readonly about: string;
  /** Decimals of its numbers; 0 for counts. */
  readonly digits: number;
  readonly rows: readonly EvidenceRow[];
}

/** How a protocol is run. */
export interface EvidenceSetting {
  readonly seed: number;
  /** Everything in seconds, to see that it runs: its numbers say nothing. */
  readonly small: boolean;
  progress(done: number, total: number, what: string): void;
}

/** A protocol with published numbers. */
export interface Protocol {
  readonly name: string;
  readonly title: string;
  /** Where the protocol and its numbers were published. */
  readonly source: string;
  /** What is played, and in what it differs from what was published: sentences of Markdown. */
  readonly notes: readonly string[];
  run(setting: EvidenceSetting): Promise<readonly EvidenceTable[]>;
}

/** How ours lies to the published figure. */
export type Agreement = "equal" | "unequal" | "above" | "below" | "not told apart";

/**
 * Exact numbers are equal or not; an estimate is above or below where its interval leaves out the published figure with its ±.
 * Null where one of the two is missing.
 */
export function agreement({ published, ours }: EvidenceRow): Agreement | null {
  if (published === null || ours === null) return null;
  const { value, spread = 0 } = published;
  if (ours.low === undefined || ours.high === undefined) return ours.value === value ? "equal" : "unequal";
  if (ours.low > value + spread) return "above";
  return ours.high < value - spread ? "below" : "not told apart";
}
