/** A name as part of a path: `/` and `\` in it are escaped, so that a path can be taken apart again. */
export function escapeName(name: string): string {
  return name.replaceAll(/[\\/]/g, '\\$&');
}

/** The names in a path. */
export function splitPath(path: string): string[] {
  const names = path.match(/(?:[^\\/]|\\.)+/gsu) ?? [];
  return names.map((name) => name.replaceAll(/\\([\\/])/g, '$1'));
}
