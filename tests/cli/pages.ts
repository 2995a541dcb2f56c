/** The pages of the documentation. */

/** The project's folder. */
export const ROOT = new URL("../../", import.meta.url);

/** The README, CONTRIBUTING, and every page of docs/, as paths from the project's folder. */
export function markdownPages(): readonly string[] {
  const below = (folder: string): string[] =>
    [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) =>
      isDirectory ? below(`${folder}${name}/`) : name.endsWith(".md") ? [`${folder}${name}`] : []
    );
  return ["README.md", "CONTRIBUTING.md", ...below("docs/").sort()];
}
