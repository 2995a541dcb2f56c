import { basename, extname } from "node:path";

/** The pattern of a shell: `*` any letters, `?` one letter, `[abc]` one of these. */
export function globToRegExp(pattern: string): RegExp {
  const source = pattern.replaceAll(/[.+^${}()|\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${source}$`);
}

/** The names of the YAML files in a folder without their ending, sorted. */
export function yamlNames(folder: string): readonly string[] {
  const names: string[] = [];
  for (const entry of Deno.readDirSync(folder)) {
    if (/\.ya?ml$/.test(entry.name)) names.push(basename(entry.name, extname(entry.name)));
  }
  return names.sort();
}
