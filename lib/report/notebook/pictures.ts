/**
 * Pixels beside drawings: some viewers show SVG only in notebooks that they trust (JupyterLab) or not at all (nbconvert as
 * Debian ships it), and PNG always.
 */

import type { Resvg } from "@resvg/resvg-wasm";
import { joined, type Notebook, type Output } from "../../notebook/mod.ts";
import { packageFile } from "../package_file.ts";

/** Pixels for each pixel of the drawing, for screens of twice the density. */
const SCALE = 2;

/** A notebook with pictures, and what could not be drawn. */
export interface Pictured {
  readonly notebook: Notebook;
  /** The code cells, counted from 1, with an SVG that cannot be read. */
  readonly problems: readonly { readonly number: number; readonly message: string }[];
}

/** Base64 PNG of an SVG, as notebooks store it. */
type Painter = (svg: string) => string;

let painter: Promise<Painter> | undefined;

/** The notebook with a PNG beside each SVG among its outputs. The same notebook gives the same bytes. */
export async function withPictures(notebook: Notebook): Promise<Pictured> {
  // The renderer can be set up once a process, and kernels never need it.
  painter ??= loadPainter();
  const paint = await painter;
  const problems: { number: number; message: string }[] = [];
  let number = 0;
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type !== "code") return cell;
    number++;
    const outputs = cell.outputs.map((output) => {
      try {
        return withPicture(output, paint);
      } catch (error) {
        problems.push({ number, message: error instanceof Error ? error.message : String(error) });
        return output;
      }
    });
    return { ...cell, outputs };
  });
  return { notebook: { ...notebook, cells }, problems };
}

function withPicture(output: Output, paint: Painter): Output {
  if (!("data" in output) || "image/png" in output.data) return output;
  const svg = output.data["image/svg+xml"];
  const source = typeof svg === "string" ? svg : Array.isArray(svg) ? joined(svg) : undefined;
  return source === undefined ? output : { ...output, data: { ...output.data, "image/png": paint(source) } };
}

async function loadPainter(): Promise<Painter> {
  const files = "@fontsource-variable/inter/files";
  const [{ initWasm, Resvg }, wasm, ...fonts] = await Promise.all([
    import("@resvg/resvg-wasm"),
    packageFile("@resvg/resvg-wasm/index_bg.wasm"),
    packageFile(`${files}/inter-latin-wght-normal.woff2`),
    packageFile(`${files}/inter-greek-wght-normal.woff2`),
  ]);
  await initWasm(wasm);
  const font = {
    fontBuffers: fonts,
    defaultFontFamily: "Inter",
    loadSystemFonts: false,
  };
  return (svg) => paintedBy(new Resvg(svg, { fitTo: { mode: "zoom", value: SCALE }, font }));
}

function paintedBy(drawing: InstanceType<typeof Resvg>): string {
  const image = drawing.render();
  const base64 = image.asPng().toBase64();
  image.free();
  drawing.free();
  return base64;
}
