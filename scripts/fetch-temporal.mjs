// Has the Temporal server in the cache before the tests start: on a fresh machine that takes minutes, and no test waits so long.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { parseConfig, readEnv } = require('../dist/config.js');
const { resolveTemporalBinary } = require('../dist/temporal/binary.js');

const { env, cacheDir } = parseConfig(readEnv(), {});
const announce = (line) => process.stderr.write(`${line}\n`);
await resolveTemporalBinary({ env, cacheDir, announce });
