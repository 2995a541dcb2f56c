/** Files of npm packages as bytes: fonts, compiled code. */

import { createRequire } from "node:module";
// Named here, so that the packages are downloaded with the program.
import "@fontsource-variable/inter/package.json" with { type: "json" };

const require = createRequire(import.meta.url);

/**
 * The bytes of a file of a package.
 * @param path the package's name, and the file within it
 */
export function packageFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return Deno.readFile(require.resolve(path));
}
