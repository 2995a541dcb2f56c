/** Numbers as a reader wants them: rounded, with a true minus sign, never `-0.000` or `1.2000000000000002`. */

import type { Cell, Column, Estimate } from "./html/blocks.ts";

/** What stands for a value that does not exist. */
export const absent = "–";

const groups = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/**
 * `value` with `digits` decimals. At least 10⁵: whole, with digit groups; too small for its decimals, or at least 10⁹: in
 * powers of ten. NaN is a dash, ±∞ is ±∞.
 */
export function formatNumber(value: number, digits = 3): string {
  if (Number.isNaN(value)) return absent;
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size === 0) return (0).toFixed(digits);
  if (size >= 1e9 || size < 0.5 * 10 ** -digits) return withMinus(value.toExponential(1)).replace("e+", "e");
  if (size >= 1e5) return withMinus(groups.format(value));
  return withMinus(value.toFixed(digits));
}

/** The end of an interval: as {@linkcode formatNumber}, but what rounds to zero is zero, whose size matters less than its place. */
export function formatBound(value: number, digits = 3): string {
  return Math.abs(value) < 0.5 * 10 ** -digits ? (0).toFixed(digits) : formatNumber(value, digits);
}

/** A whole number with digit groups: 12,345. */
export function formatInteger(value: number): string {
  return Number.isFinite(value) ? withMinus(groups.format(value)) : formatNumber(value);
}

/** A share between 0 and 1 in per cent: 0.256 → "25.6 %". */
export function formatPercent(share: number, digits = 1): string {
  return Number.isFinite(share) ? `${withMinus((100 * share).toFixed(digits))} %` : formatNumber(share);
}

/** A p-value: "< 0.001" below it, otherwise three decimals. */
export function formatP(p: number): string {
  return p < 0.001 ? "< 0.001" : formatNumber(p, 3);
}

/** The value of an estimate: what rounds to zero within an interval that does not is zero. */
export function formatWithin({ value, low, high }: Estimate, digits = 3): string {
  const wide = Math.max(Math.abs(low ?? 0), Math.abs(high ?? 0)) >= 0.5 * 10 ** -digits;
  return wide ? formatBound(value, digits) : formatNumber(value, digits);
}

/** "0.954 [0.947, 0.961]", or the number alone where there is no interval. */
export function formatEstimate(estimate: Estimate, digits = 3): string {
  if (estimate.low === undefined || estimate.high === undefined) return formatNumber(estimate.value, digits);
  return `${formatWithin(estimate, digits)} [${formatBound(estimate.low, digits)}, ${
    formatBound(estimate.high, digits)
  }]`;
}

/** One number of a column in the column's format. */
export function formatIn(column: Pick<Column, "format" | "digits">, value: number): string {
  switch (column.format) {
    case "percent":
      return formatPercent(value, column.digits ?? 1);
    case "integer":
      return formatInteger(value);
    case "p":
      return formatP(value);
    default:
      return formatNumber(value, column.digits ?? 3);
  }
}

/** Whether a cell is an estimate. */
export function isEstimate(cell: Cell | undefined): cell is Estimate {
  return typeof cell === "object" && cell !== null;
}

/** The number that a cell is compared by; NaN for text and empty cells. */
export function cellNumber(cell: Cell | undefined): number {
  if (typeof cell === "number") return cell;
  return isEstimate(cell) ? cell.value : NaN;
}

function withMinus(text: string): string {
  return text.replace(/^-(?=[0-9.]*[1-9])/, "−").replace(/^-/, "").replace("e-", "e−");
}
