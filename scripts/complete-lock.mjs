// Completes package-lock.json after `npm install`: where a registry does not serve the optional binaries of other platforms, npm leaves them out
// of the lock file, and `npm ci` then refuses it everywhere. Their versions are pinned by the packages that want them, and the platform is in the name.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));

const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

function platformOf(name) {
  const words = name.split(/[-/]/);
  const processor = PROCESSORS.find((each) => words.includes(each));
  const system = SYSTEMS.find((each) => words.includes(each));
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined;
  return {
    ...(processor !== undefined && { cpu: [processor] }),
    ...(libc !== undefined && system === 'linux' && { libc: [libc] }),
    ...(system !== undefined && { os: [system] }),
  };
}

let added = 0;
for (const { optionalDependencies = {}, dev } of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const path = `node_modules/${name}`;
    const platform = platformOf(name);
    if (lock.packages[path] !== undefined || !/^\d/.test(version) || platform.os === undefined) continue;
    lock.packages[path] = { version, ...platform, ...(dev === true && { dev }), optional: true };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added} optional packages added\n`);
