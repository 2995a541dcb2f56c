/** Folders for tests, removed when the tests of the file are over, however they end. */

const made: string[] = [];

globalThis.addEventListener("unload", () => {
  for (const folder of made) Deno.removeSync(folder, { recursive: true });
});

/** A new folder in the system's temporary one. */
export function freshFolder(): string {
  const folder = Deno.makeTempDirSync({ prefix: "test-" });
  made.push(folder);
  return folder;
}
