// Builds dist/: the CommonJS output of tsc for emulator/ and src/, and the workflow bundle (bundling at start-up would cost every worker 1.5 s).
// Does nothing when dist/ is newer than every source file.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const path = (relative) => fileURLToPath(new URL(relative, root));

const newest = (dir) =>
  readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, statSync(`${entry.parentPath}/${entry.name}`).mtimeMs), 0);

const inputs = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'scripts/build.mjs',
];
const changed = Math.max(
  newest(path('src')),
  newest(path('emulator')),
  ...inputs.map((file) => statSync(path(file)).mtimeMs),
);
const bundle = path('dist/workflow-bundle.js');
if (existsSync(bundle) && statSync(bundle).mtimeMs > changed) process.exit(0);

rmSync(path('dist'), { recursive: true, force: true });
// The emulator comes first: the product's demo is checked against its declarations.
for (const project of ['emulator/tsconfig.json', 'tsconfig.build.json']) {
  const tsc = spawnSync(process.execPath, [path('node_modules/typescript/bin/tsc'), '-p', path(project)], {
    stdio: 'inherit',
  });
  if (tsc.status !== 0) process.exit(tsc.status ?? 1);
}
for (const program of ['dist/cli.js', 'dist/emulator/cli.js']) chmodSync(path(program), 0o755);

const { bundleWorkflowCode, DefaultLogger } = createRequire(import.meta.url)('@temporalio/worker');
const { code } = await bundleWorkflowCode({
  workflowsPath: path('dist/workflows/index.js'),
  logger: new DefaultLogger('WARN'),
});
const revision = createHash('sha256').update(code).digest('hex').slice(0, 12);
writeFileSync(path('dist/workflow-revision.json'), JSON.stringify({ revision }));
writeFileSync(bundle, code);
