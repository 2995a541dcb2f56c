/** The pattern of a shell: `*` any letters, `?` one letter, `[abc]` one of these. */
export function globToRegExp(pattern: string): RegExp {
  const source = pattern.replaceAll(/[.+^${}()|\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${source}$`);
}
