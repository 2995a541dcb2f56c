/** What HTML a displayed cell may bring into the page. */

// @ts-types="@types/sanitize-html"
import sanitize from "sanitize-html";

/**
 * `html` reduced to text, tables, lists, pictures from data URIs, links and simple styles: no script, no style sheet, no
 * frame, form or meta element, no event handler, no address that would be loaded, and every element closed.
 */
export function safeHtml(html: string): string {
  return sanitize(html, {
    allowedTags: [...sanitize.defaults.allowedTags, "img", "details", "summary", "progress", "meter", "del", "ins"],
    allowedAttributes: {
      "*": ["style", "title", "align", "colspan", "rowspan", "scope", "role", "aria-label"],
      a: ["href", "title"],
      img: ["src", "alt", "width", "height"],
      details: ["open"],
      progress: ["value", "max"],
      meter: ["value", "min", "max", "low", "high", "optimum"],
    },
    allowedSchemes: ["http", "https", "mailto"],
    allowedSchemesByTag: { img: ["data"] },
    allowProtocolRelative: false,
    // Relative addresses have no scheme to refuse.
    exclusiveFilter: ({ tag, attribs }) => tag === "img" && !/^data:image\//.test(attribs.src ?? ""),
    allowedStyles: {
      "*": Object.fromEntries(styles.map((name) => [name, [/^[^;{}\\()]*(?:\((?:[\d\s.,%/+-]*)\))?[^;{}\\()]*$/]])),
    },
    parseStyleAttributes: true,
  });
}

/** Properties that change a box or its text, and cannot lay it over the page. */
const styles = [
  "background-color",
  "border",
  "border-bottom",
  "border-collapse",
  "border-top",
  "color",
  "font-family",
  "font-size",
  "font-style",
  "font-variant-numeric",
  "font-weight",
  "height",
  "margin",
  "max-width",
  "padding",
  "text-align",
  "vertical-align",
  "white-space",
  "width",
];
