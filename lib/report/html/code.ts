/** Highlighted code. Only the grammars that reports use are loaded. */

import highlighter from "highlight.js/lib/core";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import shell from "highlight.js/lib/languages/bash";
import typescript from "highlight.js/lib/languages/typescript";
import yaml from "highlight.js/lib/languages/yaml";
import type { CodeBlock, CodeLanguage } from "./blocks.ts";
import { escapeHtml } from "./escape.ts";

const grammars = { javascript, json, shell, typescript, yaml } as const;
for (const [name, grammar] of Object.entries(grammars)) highlighter.registerLanguage(name, grammar);

/** The language that a Markdown fence or a notebook names, `text` if it is not one that is highlighted here. */
export function codeLanguage(name: string): CodeLanguage {
  const known: Readonly<Record<string, CodeLanguage>> = {
    ts: "typescript",
    js: "javascript",
    sh: "shell",
    bash: "shell",
    yml: "yaml",
  };
  const language = known[name] ?? name;
  return language in grammars ? language as CodeLanguage : "text";
}

/** Code as HTML spans; text in no known language is only escaped. */
export function highlighted(code: string, language: CodeLanguage): string {
  return language === "text" ? escapeHtml(code) : highlighter.highlight(code, { language, ignoreIllegals: true }).value;
}

/** A code block that folds. */
export function codeHtml(block: CodeBlock): string {
  const code = `<button type="button" class="copy" title="Copy">Copy</button><pre><code>${
    highlighted(block.code.replace(/\n+$/, ""), block.language)
  }</code></pre>`;
  const title = block.title ?? "Code";
  return `<details class="code"${block.folded === true ? "" : " open"}><summary>${
    escapeHtml(title)
  }</summary>${code}</details>`;
}
