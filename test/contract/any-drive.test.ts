import { createDriveClient } from '../../src/drive/client';
import { Limiter, Pacer } from '../../src/drive/limiter';
import { describeDriveClient } from '../support/drive-suite';
import { startEmulated, testCredentials, type Emulated } from '../support/emulated';

/** A file as `gdrive-sync auth login` writes it, or the key of a service account. */
const { DRIVE_E2E_CREDENTIALS: path } = process.env;
const UNITS_PER_MINUTE = 10_000;

let box: Emulated;

afterAll(async () => await box.close());

describeDriveClient('the emulated Drive', async () => {
  box = await startEmulated({ corpus: { kind: 'seed', seed: 7, files: 300 } });
  return box.drive;
});

if (path !== undefined)
  describeDriveClient('the real Drive', async () => {
    const credentials = await testCredentials({ kind: 'file', path }, undefined);
    return createDriveClient(credentials, undefined, new Limiter([new Pacer(UNITS_PER_MINUTE)]));
  });
