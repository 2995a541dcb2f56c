/** The pages that are written from the code: every key of the configs from its schema, every command from its help. */

import type { ConfigKey } from "../input/mod.ts";
import { markdownTable } from "./comparison/markdown.ts";

/** A kind of file with the keys that it may hold. */
export interface KeySection {
  readonly heading: string;
  /** Where such a file is used, in Markdown. */
  readonly text: string;
  readonly keys: readonly ConfigKey[];
}

/** What a command prints for `--help`. */
export interface CommandHelp {
  /** Its name after `deno task`, that of a subcommand after its own command's. */
  readonly name: string;
  readonly help: string;
}

/** A command of the project that only runs other programs. */
export interface PlainTask {
  readonly name: string;
  readonly description: string;
}

/** Markdown of all keys: a section a kind of file, a table for each of its top-level keys that hold others. */
export function configReference(sections: readonly KeySection[]): string {
  return [
    "# Every key of every config",
    "Written by `deno task docs` from the schemas. A list's items are marked `[]`. `deno task train --cfg` prints a config with every " +
    "key in its place; on the command line a key is written with its dots, `grpo.updates=200`.",
    ...sections.flatMap(({ heading, text, keys }) => [
      `## ${heading}`,
      text,
      ...groups(keys).map((group) =>
        table(
          ["key", "value", "default", "meaning"],
          group.map(({ path, type, fallback, description }) => [
            `\`${path}\``,
            cellText(type),
            fallbackText(fallback),
            cellText(description),
          ]),
        )
      ),
    ]),
  ].join("\n\n") + "\n";
}

/** Markdown of all commands: what each does, its words and options, its examples. */
export function commandReference(commands: readonly CommandHelp[], tasks: readonly PlainTask[]): string {
  return [
    "# Every command",
    "Written by `deno task docs` from what each command prints for `--help`. Exit codes, and words that mean the same everywhere: " +
    "[the commands](../commands.md).",
    table(["command", "what it does"], [
      ...commands.filter(({ name }) => !name.includes(" ")).map((command) => [
        `[\`${command.name}\`](#${anchor(command.name)})`,
        cellText(readHelp(command.help).description),
      ]),
      ...tasks.map(({ name, description }) => [`\`${name}\``, cellText(description)]),
    ]),
    ...commands.flatMap(commandSection),
  ].join("\n\n") + "\n";
}

function commandSection({ name, help }: CommandHelp): string[] {
  const { usage, description, items, examples } = readHelp(help);
  const listed = [...items].filter(([heading, rows]) => heading !== "Commands" && rows.length > 0);
  // A subcommand prints the examples of its whole command.
  const own = examples.filter((example) => `${example} `.startsWith(`deno task ${name} `));
  return [
    `${name.includes(" ") ? "###" : "##"} ${name}`,
    description,
    `\`${usage}\``,
    ...listed.map(([heading, rows]) =>
      table(
        [heading === "Arguments" ? "word" : "option", "meaning"],
        rows.map(([flag, meaning]) => [
          `\`${flag}\``,
          cellText(meaning),
        ]),
      )
    ),
    ...(own.length === 0 ? [] : ["```sh\n" + own.join("\n") + "\n```"]),
  ].filter((part) => part !== "");
}

/** The parts of a help text. */
interface HelpParts {
  readonly usage: string;
  readonly description: string;
  /** Items by heading, each a term and its meaning; `--help` and `--debug`, which every command has, are left out. */
  readonly items: ReadonlyMap<string, readonly (readonly [term: string, meaning: string])[]>;
  readonly examples: readonly string[];
}

/** Reads a help text as commander lays it out: terms indented by two spaces, meanings in a column, continued further right. */
export function readHelp(help: string): HelpParts {
  const blocks = help.trim().split(/\n\n+/);
  const usage = (blocks[0] ?? "").replace(/^Usage: /, "").replace(/\s+/g, " ");
  const items = new Map<string, (readonly [string, string])[]>();
  const texts: string[] = [];
  let examples: readonly string[] = [];
  for (const block of blocks.slice(1)) {
    const [heading, ...lines] = block.split("\n");
    const name = /^([A-Z]\w+):$/.exec(heading)?.[1];
    if (name === undefined) texts.push(block.replace(/\s+/g, " "));
    else if (name === "Examples") examples = lines.map((line) => line.trim());
    else items.set(name, readItems(lines));
  }
  return { usage, description: texts.join(" "), items, examples };
}

function readItems(lines: readonly string[]): (readonly [string, string])[] {
  const items: [string, string][] = [];
  for (const line of lines) {
    const item = /^ {2}(\S.*?)(?: {2,}(.*))?$/.exec(line);
    if (item !== null) items.push([item[1], item[2] ?? ""]);
    else items[items.length - 1][1] = `${items[items.length - 1][1]} ${line.trim()}`.trim();
  }
  return items.filter(([term]) => !/^(-h, --help|--debug|help )/.test(term));
}

/** The keys in runs that share their first step. */
function groups(keys: readonly ConfigKey[]): readonly (readonly ConfigKey[])[] {
  const top = ({ path }: ConfigKey) => /^[^.[]+/.exec(path)?.[0] ?? path;
  const isSection = (name: string) => keys.some((key) => top(key) === name && key.path !== name);
  const names = [...new Set(keys.map(top))];
  const single = keys.filter((key) => !isSection(top(key)));
  const sections = names.filter(isSection).map((name) => keys.filter((key) => top(key) === name));
  return single.length === 0 ? sections : [single, ...sections];
}

function fallbackText(fallback: unknown): string {
  if (fallback === undefined) return "";
  const text = typeof fallback === "string" ? fallback : JSON.stringify(fallback);
  return `\`${text}\``;
}

function cellText(text: string): string {
  return text.replaceAll("<", "&lt;");
}

function anchor(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9 -]/g, "").replaceAll(" ", "-");
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return markdownTable({
    kind: "table",
    columns: headings.map((label, i) => ({ key: String(i), label, align: "left" })),
    rows: rows.map((cells) => Object.fromEntries(cells.map((cell, i) => [String(i), cell]))),
  });
}
