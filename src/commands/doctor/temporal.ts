import { existsSync } from 'node:fs';
import { openTemporal, taskQueueOf } from '../../app';
import { errorMessage } from '../../errors';
import { findTemporalBinary } from '../../temporal/binary';
import { serverRuns } from '../../temporal/dev-server';
import { countPollers } from '../../temporal/pollers';
import type { Context } from '../context';
import { broken, fromError, ok, warning, type Finding } from './finding';

/** Whether the Temporal server can be used, and whether a worker polls this home's queue. Starts none. */
export async function checkTemporal(context: Context): Promise<Finding[]> {
  const { config, home } = context;
  const isOwn = !config.externalTemporal;
  const binary = isOwn ? [checkBinary(context)] : [];
  if (isOwn && !(await serverRuns(home.path)))
    return [
      ...binary,
      ok('temporal', 'the embedded server does not run; it starts with `gdrive-sync up` or `sync`'),
    ];
  try {
    const temporal = await openTemporal(config, home, { supervise: false, announce: () => undefined });
    try {
      const { namespace, connection } = temporal.target;
      const where = `${connection.address ?? 'the default address'}, namespace ${namespace}`;
      return [...binary, ok('temporal', `answers at ${where}`), await checkPollers(context, temporal)];
    } finally {
      await temporal.close();
    }
  } catch (error) {
    return [...binary, toFinding(error)];
  }
}

function toFinding(error: unknown): Finding {
  const [, namespace] = /\(namespace (\S+)\).*(?:not found|NOT_FOUND)/i.exec(errorMessage(error)) ?? [];
  return namespace === undefined
    ? fromError('temporal', error)
    : broken(
        'temporal',
        `the Temporal server has no namespace ${namespace}`,
        `make it: temporal operator namespace create --namespace ${namespace}`,
      );
}

async function checkPollers(
  { home }: Context,
  { client }: Awaited<ReturnType<typeof openTemporal>>,
): Promise<Finding> {
  const pollers = await countPollers(client, taskQueueOf(home));
  return pollers > 0
    ? ok('pollers', `a worker polls the queue ${taskQueueOf(home)}`)
    : warning(
        'pollers',
        `no worker polls the queue ${taskQueueOf(home)}: jobs stay pending`,
        'run `gdrive-sync up`',
      );
}

function checkBinary({ config: { env, cacheDir } }: Context): Finding {
  const named = env['TEMPORAL_CLI_PATH'];
  if (named !== undefined && named !== '' && !existsSync(named))
    return broken(
      'temporal binary',
      `TEMPORAL_CLI_PATH names ${named}, which is not there`,
      'unset it, or point it at the `temporal` binary',
    );
  const found = findTemporalBinary({ env, cacheDir });
  return ok(
    'temporal binary',
    found ?? 'not here yet: the first start downloads it, or builds it where Go is installed',
  );
}
