/** What a file of rows is, whatever its format: columns by name, and the contents of those that are asked for. */

/** A file whose columns are known and whose rows are still to be read. */
export interface TableFile {
  /** Names of the columns as the file has them, in its order. */
  readonly columns: readonly string[];
  /** Whether it is known already that there is no row. */
  readonly empty: boolean;
  /**
   * Reads some of the columns; no other is looked at.
   * @throws {DataError} if the file is damaged, or if a column holds what can be neither numbers nor words
   */
  read(requests: readonly ColumnRequest[]): Promise<TableRows>;
}

/** A column, and what is expected in it. */
export interface ColumnRequest {
  /** Its index in {@linkcode TableFile.columns}. */
  readonly column: number;
  readonly as: "numbers" | "words";
}

/** The contents of the columns that were asked for, in the order of the requests. */
export interface TableRows {
  readonly rows: number;
  readonly columns: readonly (NumberColumn | WordColumn)[];
}

/** A column of numbers. */
export interface NumberColumn {
  readonly kind: "numbers";
  /** `[rows]` NaN where there is none. */
  readonly values: Float64Array;
  /** The first cell that holds something else than a number; what is behind it may not have been read. */
  readonly fault: CellFault | null;
}

/** A column of words. */
export interface WordColumn {
  readonly kind: "words";
  /** The different cells, without space around them. */
  readonly words: readonly string[];
  /** `[rows]` index in `words`, −1 for an empty cell. */
  readonly codes: Int32Array;
}

/** A cell that cannot be taken as a number. */
export interface CellFault {
  /** Counted from 0. */
  readonly row: number;
  /** What the cell holds and, where it can be told, what is meant: `the text "9 g/L"; write the unit …`. */
  readonly message: string;
}
