/** Markdown with maths, as HTML. Raw HTML in the source is shown as text, so that only this module decides what enters a page. */

import katexPlugin from "@vscode/markdown-it-katex";
import MarkdownIt from "markdown-it";
import { codeLanguage, highlighted } from "./code.ts";

// Under a CommonJS interop the plugin is the module's `default`, or its `default.default`.
const plugin = typeof katexPlugin === "function" ? katexPlugin : katexPlugin.default;

const renderer = new MarkdownIt({
  html: false,
  linkify: false,
  typographer: false,
  highlight: (code, language) => highlighted(code, codeLanguage(language)),
}).use(plugin, { throwOnError: false });

/** Block-level HTML of Markdown text. A formula with wrong TeX is shown in red with KaTeX's message. */
export function markdownHtml(text: string): string {
  return renderer.render(text);
}

/** HTML of one line of Markdown, without a paragraph around it. */
export function inlineMarkdownHtml(text: string): string {
  return renderer.renderInline(text);
}
