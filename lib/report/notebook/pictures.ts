/** Still pictures beside the interactive figures of a notebook, for viewers that draw no Plotly (GitHub, nbconvert, Notebook 6). */

import type { FigureBlock } from "../html/blocks.ts";
import { htmlReport } from "../html/page.ts";
import { pageColours } from "../theme.ts";
import { figureOf } from "./export.ts";
import type { Notebook } from "./nbformat.ts";

/** Width of a picture in CSS pixels; it is stored with twice as many. */
const width = 760;

/**
 * The notebook with a PNG beside each Plotly figure, drawn by a headless Chromium without network.
 * @param executable Chromium's path
 * @throws Deno.errors.NotFound if it is not there, Error if a figure cannot be drawn
 */
export async function withPictures(notebook: Notebook, executable: string): Promise<Notebook> {
  const figures = notebook.cells.flatMap((cell) => cell.cell_type === "code" ? cell.outputs.map(figureOf) : [])
    .filter((figure) => figure !== undefined);
  if (figures.length === 0) return notebook;
  const pictures = (await drawFigures(figures, executable)).values();
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type !== "code") return cell;
    const outputs = cell.outputs.map((output) => {
      if (figureOf(output) === undefined || !("data" in output)) return output;
      return { ...output, data: { ...output.data, "image/png": pictures.next().value } };
    });
    return { ...cell, outputs };
  });
  return { ...notebook, cells };
}

/** The figure on white and with its title inside, as a picture that stands alone needs it. */
function onWhite(figure: FigureBlock): FigureBlock {
  const { title, layout } = figure;
  const heading = title === undefined
    ? {}
    : { title: { text: title, font: { size: 15 } }, margin: { l: 56, r: 16, t: 64, b: 48 } };
  return { ...figure, layout: { ...heading, ...layout, paper_bgcolor: pageColours.light.ground } };
}

/** PNG pictures, base64 encoded. */
async function drawFigures(figures: readonly FigureBlock[], executable: string): Promise<string[]> {
  await Deno.stat(executable);
  const page = await htmlReport({ title: "Figures", sections: [{ blocks: figures.map(onWhite) }] });
  const file = await Deno.makeTempFile({ suffix: ".html" });
  // Only this needs the browser's driver, which takes long to load.
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({
    executablePath: executable,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--host-resolver-rules=MAP * ~NOTFOUND",
    ],
  });
  try {
    await Deno.writeTextFile(file, page);
    const tab = await browser.newPage({ colorScheme: "light", viewport: { width: 1280, height: 900 } });
    await tab.goto(`file://${file}`);
    await tab.waitForFunction(() => document.documentElement.dataset.ready === "true");
    const urls = await tab.evaluate(async (pictureWidth) => {
      const plotly: unknown = Reflect.get(globalThis, "Plotly");
      const toImage = (plotly as { toImage(plot: Element, options: object): Promise<string> }).toImage;
      const drawn: string[] = [];
      for (const plot of document.querySelectorAll(".plot-area")) {
        const height = Number(plot.getAttribute("data-height"));
        drawn.push(
          await toImage(plot, { format: "png", width: pictureWidth, height, scale: 2 }),
        );
      }
      return drawn;
    }, width);
    return urls.map((url) => url.replace("data:image/png;base64,", ""));
  } finally {
    await browser.close();
    await Deno.remove(file);
  }
}
