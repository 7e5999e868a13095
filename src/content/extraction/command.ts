import { dirname, join, sep } from 'node:path';

/** The extractor's program, after the build. */
export const EXTRACTOR = join(__dirname, '..', 'extract', 'main.js');

/** Of the objects of JavaScript; the parent watches everything else. */
const HEAP_MB = 256;
/** The packages that extractors load. */
const PACKAGES = ['@hyzyla/pdfium', 'chardet', 'htmlparser2', 'postal-mime', 'saxes', 'yauzl'] as const;

/**
 * No core dump, which would contain what the file says; and an end of the process's own, by its processor time,
 * if its parent is killed while it runs in a loop.
 */
const LIMITED = 'ulimit -c 0; ulimit -t 900; exec "$@"';

/** The command that starts an extractor: a Node that may read its own code, and open nothing else. */
export function extractorCommand(script: string): [command: string, ...args: string[]] {
  const node = [
    process.execPath,
    `--max-old-space-size=${String(HEAP_MB)}`,
    permissionFlag(),
    ...readableFolders(script).map((folder) => `--allow-fs-read=${folder}`),
    script,
  ];
  return ['/bin/sh', '-c', LIMITED, 'sh', ...node];
}

/** Its name since Node 22.13. */
function permissionFlag(): string {
  const flag = '--permission';
  return process.allowedNodeEnvironmentFlags.has(flag) ? flag : '--experimental-permission';
}

/** The folder of the code, and the package folders of its libraries, which may be installed beside this package. */
function readableFolders(script: string): string[] {
  const code = join(dirname(script), '..', '..');
  const packages = PACKAGES.map((name) => {
    const path = require.resolve(name);
    return path.slice(0, path.lastIndexOf(`${sep}node_modules${sep}`) + `${sep}node_modules`.length);
  });
  return [...new Set([code, ...packages])].map((folder) => join(folder, sep, '*'));
}
