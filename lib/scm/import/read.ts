/** Which of the formats a file has, and its network. */

import { ScmError } from "../error.ts";
import { readBif } from "./bif.ts";
import { readDagitty } from "./dagitty.ts";
import { readDot } from "./dot.ts";
import { readGaussianJson } from "./gaussian_json.ts";
import { readGml } from "./gml.ts";
import type { Network } from "./network.ts";

/** The formats that can be imported. */
export const NETWORK_FORMATS = ["dot", "gml", "dagitty", "bif", "json"] as const;

/** One of the {@linkcode NETWORK_FORMATS}. */
export type NetworkFormat = typeof NETWORK_FORMATS[number];

const ENDINGS: Readonly<Record<string, NetworkFormat>> = {
  dot: "dot",
  gv: "dot",
  gml: "gml",
  dagitty: "dagitty",
  dag: "dagitty",
  bif: "bif",
  json: "json",
};

/** How the files of each format begin. */
const BEGINNINGS: readonly (readonly [RegExp, NetworkFormat])[] = [
  [/^(strict\s+)?(di)?graph\b(?!\s*\[)/i, "dot"],
  [/^(creator\b|version\b|graph\s*\[)/i, "gml"],
  [/^dag\b/i, "dagitty"],
  [/^network\b/, "bif"],
  [/^\{/, "json"],
];

/** What a file is read with. */
export interface ReadNetworkOptions {
  /** By default that of the file's ending, or of how its text begins. */
  readonly format?: NetworkFormat;
  /** The attribute of an edge that holds its weight, in DOT and GML; without one, their edges have none. */
  readonly weightAttribute?: string;
}

/**
 * Reads the network of a DOT, GML, dagitty or BIF file, or of the JSON of a linear Gaussian network.
 *
 * @param file its name, for its ending and for messages
 * @throws ScmError for another format, or text that cannot be read, with line and column
 */
export async function readNetwork(text: string, file: string, options: ReadNetworkOptions = {}): Promise<Network> {
  const { format = formatOf(text, file), weightAttribute = null } = options;
  const composed = text.replace(/^\uFEFF/, "").normalize("NFC");
  const network = await readAs(format, composed, file, weightAttribute);
  if (network.nodes.length === 0) throw new ScmError(`${file}: there is no variable in it`);
  return network;
}

function readAs(
  format: NetworkFormat,
  text: string,
  file: string,
  weightAttribute: string | null,
): Network | Promise<Network> {
  switch (format) {
    case "dot":
      return readDot(text, file, weightAttribute);
    case "gml":
      return readGml(text, file, weightAttribute);
    case "dagitty":
      return readDagitty(text, file);
    case "bif":
      return readBif(text, file);
    case "json":
      return readGaussianJson(text, file);
  }
}

function formatOf(text: string, file: string): NetworkFormat {
  const ending = /\.([^./\\]+)$/.exec(file)?.[1].toLowerCase() ?? "";
  const begins = BEGINNINGS.find(([beginning]) => beginning.test(text.trimStart()))?.[1];
  const found = ENDINGS[ending] ?? begins;
  if (found !== undefined) return found;
  throw new ScmError(
    `${file}: its format is not known; ${NETWORK_FORMATS.join(", ")} can be imported (--format names one of them)`,
  );
}
