/** The files of the dashboard's page. */

import css from "./page.css" with { type: "text" };
import html from "./page.html" with { type: "text" };
import script from "./client.js" with { type: "text" };
import series from "./series.js" with { type: "text" };

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly text: string;
}

const FILES: Readonly<Record<string, PageFile>> = {
  "/": { type: "text/html; charset=utf-8", text: html },
  "/page.css": { type: "text/css; charset=utf-8", text: css },
  "/client.js": { type: "text/javascript; charset=utf-8", text: script },
  "/series.js": { type: "text/javascript; charset=utf-8", text: series },
};

/** The file of the page at a path, or undefined. Plotly is loaded when it is first asked for. */
export async function pageFile(path: string): Promise<PageFile | undefined> {
  if (path === "/plotly.js") {
    const plotly = await import("plotly.js-basic-dist-min/plotly-basic.min.js", { with: { type: "text" } });
    return { type: "text/javascript; charset=utf-8", text: plotly.default };
  }
  return Object.hasOwn(FILES, path) ? FILES[path] : undefined;
}
