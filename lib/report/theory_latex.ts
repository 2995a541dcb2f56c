/** Theories as LaTeX: for the formulas of a report, and as tables for a paper (`booktabs`). */

import type { TheoryProof } from "../theory/mod.ts";

/** `2/3` or `−1` as LaTeX. */
function numberLatex(text: string): string {
  const plain = text.replace("−", "-");
  const ratio = /^(-?)(\d+)\/(\d+)$/.exec(plain);
  return ratio === null ? plain : `${ratio[1]}\\tfrac{${ratio[2]}}{${ratio[3]}}`;
}

/** `3×(3b,1)_-2/3` as LaTeX: copies, bold representations with a bar over conjugates, charges below; `*` of a conjugate scalar. */
export function fieldLatex(name: string): string {
  const words = /^(?:(\d+)×)?\(([^)]*)\)(?:_([^*]*))?(\*?)$/.exec(name);
  if (words === null) throw new RangeError(`"${name}" is no field's name, e.g. 3×(3b,1)_-2/3`);
  const [, copies, irreps, charges, star] = words;
  const bold = irreps.split(",").map((irrep) =>
    irrep.endsWith("b") ? `\\overline{\\mathbf{${irrep.slice(0, -1)}}}` : `\\mathbf{${irrep}}`
  );
  const below = charges === undefined ? "" : `_{${charges.split(",").map(numberLatex).join(",\\,")}}`;
  const above = star === "" ? "" : "^{*}";
  return `${copies === undefined ? "" : `${copies}\\,`}(${bold.join(",")})${above}${below}`;
}

/** `3×(3,2)_1/6 + (1,1)_1` as LaTeX. */
export function contentLatex(fermions: string): string {
  return fermions.split(" + ").map(fieldLatex).join(" + ");
}

/** The name of a gauge factor as LaTeX: `SU2R` is SU(2)_R. */
function factorLatex(name: string): string {
  const words = /^(SU|U)(\d)([A-Z]?)$/.exec(name);
  if (words === null) return `\\text{${name}}`;
  const [, kind, n, index] = words;
  return `${kind === "SU" ? "\\mathrm{SU}" : "\\mathrm{U}"}(${n})${index === "" ? "" : `_{${index}}`}`;
}

/** `SU3^2 U1`, `grav^2 U1` or `Witten SU2` as LaTeX. */
export function anomalyLatex(name: string): string {
  return name.split(" ").map((part) => {
    const [factor, power] = part.split("^");
    // A power stands beside an index, not on top of it.
    const raised = power === undefined ? "" : `^{${power}}`;
    return factorLatex(factor).replace(/(_\{[A-Z]\})?$/, (index) => `${raised}${index}`);
  }).join("\\,");
}

/** `1/2 − 1/2 = 0` as LaTeX; `(mod 2)` stays words. */
export function sumLatex(sum: string): string {
  return sum.split(" ").map((word) => {
    if (word === "−") return "-";
    if (["+", "="].includes(word)) return word;
    if (word === "(mod") return "\\pmod";
    if (/^\d+\)$/.test(word)) return `{${word.slice(0, -1)}}`;
    return numberLatex(word);
  }).join(" ");
}

/** A table for a paper; cells are LaTeX already. */
function tabular(columns: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `${cells.join(" & ")} \\\\`;
  return [
    `\\begin{tabular}{${columns}}`,
    "\\toprule",
    line(head),
    "\\midrule",
    ...rows.map(line),
    "\\bottomrule",
    "\\end{tabular}",
  ].join("\n");
}

/** The fields and the anomalies of a theory as two tables of a LaTeX paper; needs `booktabs` and `amsmath`. */
export function theoryLatex(proof: TheoryProof): string {
  const fields = tabular("lcr", ["field", "representation", "copies"], [
    ...proof.vacuum.map((name) => ["scalar with vacuum value", `$${fieldLatex(name)}$`, "1"]),
    ...proof.fields.map(({ kind, name, multiplicity }) => [kind, `$${fieldLatex(name)}$`, String(multiplicity)]),
  ]);
  const anomalies = tabular(
    "ll",
    ["anomaly", "sum over the fields"],
    proof.anomalies.map(({ name, sum }) => [`$${anomalyLatex(name)}$`, `$${sumLatex(sum)}$`]),
  );
  return `% ${proof.known ?? "new content"}: ${proof.string}\n${fields}\n\n${anomalies}\n`;
}
