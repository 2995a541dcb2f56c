/** The pages for readers: what is written from the code is of today, links lead somewhere, the README stays short. */

import assert from "node:assert/strict";
import { commandHelps } from "../../lib/cli/docs.ts";
import { referencePages } from "../../lib/report/mod.ts";
import { commandReference, configReference, readHelp } from "../../lib/report/reference.ts";
import { markdownPages, ROOT } from "./pages.ts";

Deno.test("the reference pages are what the schemas and the commands say", async () => {
  for (const [path, text] of await referencePages(await commandHelps())) {
    assert.ok(await Deno.readTextFile(path) === text, `${path} is stale: deno task docs writes it`);
  }
});

Deno.test("a help text is read with continued lines, and a subcommand keeps its own examples alone", () => {
  const help = `Usage: deno task fruit [options] [command]

Buy or sell
fruit

Options:
  -k, --kind <name>  apple or pear,
                     by default both (default: 1)
  --debug            show the stack of an error
  --without-a-very-long-name-there-is-no-meaning-beside-it
                     below it
  -h, --help         display help for command

Commands:
  sell [options]     sell it
  help [command]     display help for command

Examples:
  deno task fruit sell --kind a|b
  deno task fruit buy
`;
  const { usage, description, items, examples } = readHelp(help);
  assert.equal(usage, "deno task fruit [options] [command]");
  assert.equal(description, "Buy or sell fruit");
  assert.deepEqual(items.get("Options"), [
    ["-k, --kind <name>", "apple or pear, by default both (default: 1)"],
    ["--without-a-very-long-name-there-is-no-meaning-beside-it", "below it"],
  ]);
  assert.deepEqual(items.get("Commands"), [["sell [options]", "sell it"]]);
  assert.equal(examples.length, 2);
  const page = commandReference([{ name: "fruit", help }, { name: "fruit sell", help }], []);
  const [, own] = page.split("### fruit sell");
  assert.ok(own.includes("deno task fruit sell --kind a|b") && !own.includes("fruit buy"));
  assert.ok(page.includes("[`fruit`](#fruit)"));
});

Deno.test("a page of keys keeps each top-level key's own table, and bars within cells", () => {
  const key = (path: string, type: string) => ({ path, type, fallback: "x|y", description: "a < b" });
  const page = configReference([{
    heading: "File",
    text: "Of fruit.",
    keys: [key("name", "text"), key("size.low", "whole number"), key("size.high", "a | b"), key("seed", "text")],
  }]);
  const tables = page.split("| key |").slice(1);
  assert.equal(tables.length, 2);
  assert.ok(tables[0].includes("`name`") && tables[0].includes("`seed`") && !tables[0].includes("`size.low`"));
  assert.ok(tables[1].includes("| `size.high` | a \\| b | `x\\|y` | a &lt; b |"));
});

Deno.test("every link of the pages leads to a file, and to a heading of it", async () => {
  const anchors = (text: string) =>
    [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, title]) =>
      title.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
    );
  let links = 0;
  for (const page of markdownPages()) {
    const text = await Deno.readTextFile(new URL(page, ROOT));
    for (const [, target] of text.replace(/^```[^]*?^```$/gm, "").matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path, anchor] = target.split("#");
      const file = new URL(path === "" ? page : path, new URL(page, ROOT));
      const place = path === "" ? new URL(page, ROOT) : file;
      const info = await Deno.stat(place).catch(() => null);
      assert.ok(info !== null, `${page}: ${target} leads nowhere`);
      if (anchor !== undefined) {
        assert.ok(anchors(await Deno.readTextFile(place)).includes(anchor), `${page}: ${target}: no such heading`);
      }
      links++;
    }
  }
  assert.ok(links > 50);
});

Deno.test("every page is reached from the index, and the README stays below 12 kB", async () => {
  const seen = new Set<string>();
  const visit = async (page: URL): Promise<void> => {
    if (seen.has(page.pathname) || !page.pathname.endsWith(".md")) return;
    seen.add(page.pathname);
    const text = await Deno.readTextFile(page);
    for (const [, target] of text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)) {
      if (!/^https?:/.test(target)) await visit(new URL(target, page));
    }
  };
  await visit(new URL("docs/index.md", ROOT));
  const missing = markdownPages().filter((page) => page.startsWith("docs/") && !seen.has(new URL(page, ROOT).pathname));
  assert.deepEqual(missing, []);
  const { size } = await Deno.stat(new URL("README.md", ROOT));
  assert.ok(size <= 12_000, `${size} bytes`);
});
