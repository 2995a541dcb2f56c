/**
 * Fonts as data URIs, so that a page needs nothing from outside: Inter for text, and those of KaTeX's faces that the
 * page's formulas use.
 */

import katexCss from "katex/dist/katex.min.css" with { type: "text" };
import { packageFile } from "../package_file.ts";

/** Where the text face lies. */
const INTER = "@fontsource-variable/inter/files";

/** `@font-face` rules of the text face; the Greek part only if the page has Greek letters. */
export async function textFontCss(page: string): Promise<string> {
  const face = async (part: string, range: string) =>
    `@font-face{font-family:Inter;font-weight:100 900;font-display:block;src:url(${
      dataUri(await packageFile(`${INTER}/inter-${part}-wght-normal.woff2`))
    }) format("woff2");unicode-range:${range}}`;
  const latin = await face(
    "latin",
    "U+0000-036F,U+2000-206F,U+20AC,U+2122,U+2190-2193,U+2212,U+2215,U+221E,U+2260-2265,U+FEFF,U+FFFD",
  );
  return /[\u0370-\u03ff]/.test(page) ? latin + await face("greek", "U+0370-03FF") : latin;
}

/** KaTeX's style sheet with the faces that the formulas in `html` need; empty if there is no formula. */
export async function mathsCss(html: string): Promise<string> {
  if (!html.includes('class="katex"')) return "";
  const classes = new Set([...html.matchAll(/class="([^"]*)"/g)].flatMap((match) => (match[1] ?? "").split(" ")));
  const rules = [...katexCss.matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(([, selector = "", body = ""]) => ({
    selector,
    body,
  }));
  const inUse = rules.filter(({ selector }) =>
    !selector.startsWith("@") && selector.split(",").some((part) => {
      const names = [...part.matchAll(/\.([a-zA-Z][\w-]*)/g)].map((match) => match[1] ?? "");
      return names.length > 0 && names.every((name) => classes.has(name));
    })
  ).map(({ body }) => body);
  const faces = await Promise.all(
    rules.filter(({ selector }) => selector === "@font-face").map(async ({ body }) => {
      const [, family = "", style = "", weight = ""] =
        /font-family:"?([\w-]+)"?;font-style:(\w+);font-weight:(\d+)/.exec(body) ?? [];
      if (!isUsed(family, style, weight, inUse)) return "";
      const file = /url\(fonts\/([\w-]+)\.woff2\)/.exec(body)?.[1];
      if (file === undefined) throw new Error(`katex.min.css names no woff2 file in ${body.slice(0, 80)}`);
      return `@font-face{font-family:${family};font-style:${style};font-weight:${weight};src:url(${await katexFont(
        file,
      )}) format("woff2")}`;
    }),
  );
  return faces.join("") + katexCss.replace(/@font-face\{[^}]*\}/g, "");
}

/**
 * A face is used if some rule in use sets its family, and for a bold or italic face some rule in use sets that weight or
 * style for it: together with its family, or for whatever family the element has.
 */
function isUsed(family: string, style: string, weight: string, bodies: readonly string[]): boolean {
  const naming = bodies.filter((body) => new RegExp(`\\b${family}\\b`).test(body));
  const applying = [...naming, ...bodies.filter((body) => !body.includes("KaTeX_"))];
  const bold = weight === "400" || applying.some((body) => /font-weight:(700|bold)/.test(body));
  const italic = style === "normal" || applying.some((body) => /font-style:italic/.test(body));
  return naming.length > 0 && bold && italic;
}

async function katexFont(name: string): Promise<string> {
  return dataUri(await packageFile(`katex/dist/fonts/${name}.woff2`));
}

function dataUri(data: Uint8Array): string {
  return `data:font/woff2;base64,${data.toBase64()}`;
}
