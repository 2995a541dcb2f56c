/** A table as a file holds it, before anything is known about its columns. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: number;
  /** The content of a cell; null or undefined where there is none. */
  cell(row: number, column: number): unknown;
}

/** What people write where a number is missing. */
const MISSING: ReadonlySet<string> = new Set(["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "-"]);

/** Whether a cell holds nothing. */
export function isMissing(cell: unknown): boolean {
  if (cell === null || cell === undefined) return true;
  if (typeof cell === "number") return Number.isNaN(cell);
  return typeof cell === "string" && MISSING.has(cell.trim());
}

/** The number in a cell that is not missing; undefined where there is none. */
export function numberIn(cell: unknown): number | undefined {
  switch (typeof cell) {
    case "number":
      return cell;
    case "bigint":
      return Number(cell);
    case "boolean":
      return cell ? 1 : 0;
    case "string": {
      const number = Number(cell);
      return Number.isNaN(number) ? undefined : number;
    }
    default:
      return undefined;
  }
}
