/** Escapes `/` and `\` in a name, so that the path can be split again. */
export function escapeName(name: string): string {
  return name.replaceAll(/[\\/]/g, '\\$&');
}

/** The names in a path. */
export function splitPath(path: string): string[] {
  const names = path.match(/(?:[^\\/]|\\.)+/gsu) ?? [];
  return names.map((name) => name.replaceAll(/\\([\\/])/g, '$1'));
}
