/** One self-contained, byte-reproducible HTML file out of a report's parts. */

import { stringify } from "yaml";
import { plotlyTemplate, themeCss } from "../theme.ts";
import type { Block, FigureBlock, KeyValueBlock, Provenance, Report, Section } from "./blocks.ts";
import clientSource from "./client.js" with { type: "text" };
import { codeHtml } from "./code.ts";
import { asPrinted, embeddedJson, embeddedScript, escapeHtml, uniqueId } from "./escape.ts";
import { figureHtml, plotlyBundle, plotlySource } from "./figure.ts";
import { mathsCss, textFontCss } from "./fonts.ts";
import { inlineMarkdownHtml, markdownHtml } from "./markdown.ts";
import pageCss from "./page.css" with { type: "text" };
import { safeHtml } from "./safe.ts";
import { cellHtml, tableHtml } from "./table.ts";

/**
 * A report as one HTML file that loads nothing: scripts, styles, fonts and data are inside. Its content security policy
 * runs the page's own scripts, known by their SHA-256, and no other, so that nothing that a cell displayed can run. The
 * same report gives the same bytes.
 */
export async function htmlReport(report: Report): Promise<string> {
  const taken = new Set<string>();
  const sections = report.sections.map((section) => ({ section, id: uniqueId(section.heading ?? "start", taken) }));
  const provenance = report.provenance === undefined
    ? ""
    : provenanceHtml(report.provenance, uniqueId("provenance", taken));
  const main = sections.map(({ section, id }) => sectionHtml(section, id)).join("\n");
  const bundle = plotlyBundle(report.sections.flatMap((section) => figuresIn(section.blocks)));
  const scripts = [...(bundle === undefined ? [] : [await plotlySource(bundle)]), clientSource].map(embeddedScript);
  const subtitle = report.subtitle === undefined ? "" : `<p class="subtitle">${escapeHtml(report.subtitle)}</p>`;
  const body =
    `<div class="page">${contentsHtml(sections)}<div class="content"><header><h1>${
      escapeHtml(report.title)
    }</h1>${subtitle}` +
    `<button id="theme" type="button" aria-label="Change between light and dark" title="Light or dark"></button></header>` +
    `<main>\n${main}\n</main>${provenance}</div></div>`;
  const css = themeCss() + await textFontCss(body) + await mathsCss(body) + pageCss;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${await policy(scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(report.title)}</title>
<style>${css}</style></head><body>
${body}
<script type="application/json" id="plotly-templates">${
    embeddedJson({ light: plotlyTemplate("light"), dark: plotlyTemplate("dark") })
  }</script>
${scripts.map((script) => `<script>${script}</script>`).join("\n")}
</body></html>
`;
}

/** Every figure in `blocks`, those inside grids too. */
function figuresIn(blocks: readonly Block[]): FigureBlock[] {
  return blocks.flatMap((block) =>
    block.kind === "figure" ? [block] : block.kind === "grid" ? figuresIn(block.blocks) : []
  );
}

/** Scripts run by hash only; styles may be inline because KaTeX and Plotly position with them, and without network they can tell nobody. */
async function policy(scripts: readonly string[]): Promise<string> {
  const hashes = await Promise.all(scripts.map(async (script) => {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script));
    return `'sha256-${new Uint8Array(digest).toBase64()}'`;
  }));
  return `default-src 'none'; script-src ${
    hashes.join(" ")
  }; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; ` +
    `base-uri 'none'; form-action 'none'`;
}

function contentsHtml(sections: readonly { readonly section: Section; readonly id: string }[]): string {
  const items = sections.flatMap(({ section: { heading, level }, id }) =>
    heading === undefined ? [] : [`<li class="level${level ?? 2}"><a href="#${id}">${escapeHtml(heading)}</a></li>`]
  );
  return `<nav aria-label="Contents"><details><summary>Contents</summary><ol>${items.join("")}</ol></details></nav>`;
}

function sectionHtml({ heading, level = 2, blocks }: Section, id: string): string {
  const title = heading === undefined ? "" : `<h${level}>${inlineMarkdownHtml(heading)}</h${level}>\n`;
  return `<section id="${id}" class="level${level}">${title}${blocks.map(blockHtml).join("\n")}\n</section>`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case "markdown":
      return markdownHtml(block.text);
    case "figure":
      return figureHtml(block);
    case "table":
      return tableHtml(block);
    case "code":
      return codeHtml(block);
    case "keyValues":
      return keyValuesHtml(block);
    case "output":
      return `<pre class="output ${block.stream}">${escapeHtml(asPrinted(block.text))}</pre>`;
    case "html":
      return `<div class="scroll-free">${safeHtml(block.html)}</div>`;
    case "image":
      return `<img src="data:${block.mime};base64,${block.base64.replace(/\s/g, "")}" alt="${escapeHtml(block.alt)}">`;
    case "grid":
      return `<div class="grid">${block.blocks.map(blockHtml).join("\n")}</div>`;
  }
}

function keyValuesHtml(block: KeyValueBlock): string {
  const items = block.items.map(({ label, value, digits, note }) => {
    const content = cellHtml(digits === undefined ? {} : { digits }, value);
    const aside = note === undefined ? "" : `<span class="note">${escapeHtml(note)}</span>`;
    return `<div><dt>${escapeHtml(label)}</dt><dd><span class="value">${content}</span>${aside}</dd></div>`;
  });
  return `<dl class="${block.appearance}">${items.join("")}</dl>`;
}

function provenanceHtml(provenance: Provenance, id: string): string {
  const { command, seed, commit, config, versions, facts } = provenance;
  const items = [
    ...(seed === undefined ? [] : [["Seed", String(seed)]]),
    ...(commit === undefined ? [] : [["Commit", commit]]),
    ...Object.entries(facts ?? {}),
  ].map(([label = "", value = ""]) => ({ label: label.charAt(0).toUpperCase() + label.slice(1), value }));
  const parts = [
    ...(command === undefined ? [] : [
      "<p>This command repeats it:</p>",
      codeHtml({ kind: "code", code: command, language: "shell", title: "Command" }),
    ]),
    items.length === 0 ? "" : keyValuesHtml({ kind: "keyValues", appearance: "list", items }),
    ...(versions === undefined ? [] : [
      codeHtml({
        kind: "code",
        code: Object.entries(versions).map((pair) => pair.join(" ")).join("\n"),
        language: "text",
        title: "Versions",
        folded: true,
      }),
    ]),
    ...(config === undefined ? [] : [
      codeHtml({ kind: "code", code: stringify(config), language: "yaml", title: "Configuration", folded: true }),
    ]),
  ];
  return `<footer id="${id}"><h2>Provenance</h2>${parts.join("\n")}</footer>`;
}
