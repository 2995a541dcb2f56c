/** The tasks of the project, as deno.json has them. */

import { ROOT } from "./pages.ts";

/** Every task by its name. */
export const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", ROOT))) as {
  tasks: Readonly<Record<string, { readonly description: string; readonly command: string }>>;
};

/** Tasks that run a program of this project, with the arguments of `deno` that start it. */
export const programs = Object.entries(tasks).flatMap(([name, { command }]) => {
  const match = /^deno (run .*\.ts)( .*)?$/.exec(command);
  return match === null ? [] : [{ name, args: `${match[1]}${match[2] ?? ""}`.split(" ") }];
});
