import { identityOf, taskQueueOf } from '../../process/names';
import type { Environment } from '../../config';
import { errorMessage } from '../../errors';
import type { Home } from '../../process/home';
import { canBuild, findTemporalBinary, namedBinary } from '../../temporal/binary';
import { binaryVersion, whyUnusable } from '../../temporal/binary-version';
import { externalTarget, type TemporalTarget } from '../../temporal/connect';
import { lookForServer } from '../../temporal/dev-server';
import { inspectServer, type ServerReport } from '../../temporal/inspect';
import type { Context } from '../shared/context';
import { broken, ok, warning, type Finding } from './finding';
import { workingProcess } from './worker';

/** Checks the Temporal server, and whether this home's worker polls it. Does not start a server. */
export async function checkTemporal({ config, home }: Context): Promise<Finding[]> {
  await loadCore();
  if (config.externalTemporal) return await checkServer(home, externalTarget(config.env), 'own');
  const binary = await checkBinary(config);
  const server = await lookForServer(home.path);
  if (typeof server === 'object') return [...binary, ...(await checkServer(home, server, 'embedded'))];
  return [
    ...binary,
    server === 'none'
      ? ok('temporal', 'the embedded server is not running; `gdrive-sync up` or `gdrive-sync sync` starts it')
      : warning(
          'temporal',
          'another process owns the embedded server, but it does not answer',
          `check again in a minute; if it still does not answer, stop the other gdrive-sync processes of ${home.path}`,
        ),
  ];
}

/** Loads the native part of the worker, which does not exist for every platform. */
async function loadCore(): Promise<void> {
  await import('@temporalio/worker');
}

const OPEN_PORT =
  'the server and its Web UI have no login: other users and programs on this machine can see and control jobs and change settings (docs/reference.md, "Privacy and security")';

async function checkServer(home: Home, target: TemporalTarget, kind: 'own' | 'embedded'): Promise<Finding[]> {
  const report = await inspectServer(target, taskQueueOf(home));
  const { namespace, connection } = target;
  const where = `${connection.address ?? 'localhost:7233'}, namespace ${namespace}`;
  if (report.state === 'answers') {
    const open = kind === 'embedded' ? [ok('access', OPEN_PORT)] : [];
    return [ok('temporal', `answers at ${where}`), ...open, checkPollers(home, report)];
  }
  if (report.state === 'no-namespace')
    return [
      broken(
        'temporal',
        `the Temporal server has no namespace ${namespace}`,
        `create it: temporal operator namespace create --namespace ${namespace}`,
      ),
    ];
  const remedy =
    kind === 'own'
      ? 'check that the server runs and that TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE are right'
      : `stop all gdrive-sync processes of ${home.path}, then start one again`;
  return [broken('temporal', `the server at ${where} cannot be used: ${report.why}`, remedy)];
}

/** Looks for the running worker: a server lists pollers for minutes after they have ended. */
function checkPollers(home: Home, { pollers }: Extract<ServerReport, { state: 'answers' }>): Finding {
  const queue = taskQueueOf(home);
  const pid = workingProcess(home);
  if (pid === undefined)
    return warning(
      'pollers',
      `no worker polls the queue ${queue}: jobs stay pending`,
      'run `gdrive-sync up`',
    );
  if (pollers.some((name) => name.startsWith(identityOf(pid))))
    return ok('pollers', `process ${String(pid)} polls the queue ${queue}`);
  return warning(
    'pollers',
    `process ${String(pid)} is the worker of this home, but does not poll the queue ${queue} of this server: jobs stay pending`,
    'stop it, then run `gdrive-sync up` with the same TEMPORAL_ settings as this command',
  );
}

async function checkBinary({ env, cacheDir }: Context['config']): Promise<Finding[]> {
  const named = namedBinary(env);
  if (named !== undefined) return [await checkNamedBinary(named, env)];
  const { path, passedOver } = await findTemporalBinary({ env, cacheDir });
  const found =
    path === undefined
      ? `not installed yet: the first start downloads it${canBuild(env) ? ', or builds it with Go if the download fails' : ''}`
      : `${path}: ${(await binaryVersion(path, env)).says}`;
  return [
    ok('temporal binary', found),
    ...passedOver.map((why) =>
      warning(
        'temporal binary',
        `not used: ${why}`,
        'update it or remove it from PATH; otherwise it is ignored',
      ),
    ),
  ];
}

async function checkNamedBinary(path: string, env: Environment): Promise<Finding> {
  const check = 'temporal binary';
  try {
    const version = await binaryVersion(path, env);
    if (version.isUsable) return ok(check, `${path}: ${version.says}`);
    const says = `TEMPORAL_CLI_PATH names ${path}, which ${whyUnusable(version)}`;
    const remedy = 'unset it, or point it at another `temporal` binary';
    return version.cli === undefined ? broken(check, says, remedy) : warning(check, says, remedy);
  } catch (error) {
    return broken(
      check,
      `TEMPORAL_CLI_PATH names ${path}, which does not run: ${errorMessage(error)}`,
      'unset it, or point it at the `temporal` binary',
    );
  }
}
