/** Commands, run as a user runs them. */

/** What a command ended with. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The arguments with which Deno runs `lib/cli/NAME.ts`. */
export function commandArgs(name: string, args: readonly string[]): string[] {
  return ["run", "-A", "--no-check", new URL(`../../lib/cli/${name}.ts`, import.meta.url).pathname, ...args];
}

/** Runs a command to its end, without colours. */
export function run(name: string, ...args: readonly string[]): Promise<Ended> {
  return runFrom("", name, ...args);
}

/** Runs a command as `deno task` does for a user who stands in another folder; `""`: in the one of the tests. */
export async function runFrom(folder: string, name: string, ...args: readonly string[]): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: commandArgs(name, args),
    env: { NO_COLOR: "1", INIT_CWD: folder },
    ...(folder === "" ? {} : { cwd: new URL("../../", import.meta.url) }),
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}
