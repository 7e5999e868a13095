import { runProcess } from './commands/main';

/** The worker as a service: `gdrive-sync up --wait`, configured by environment variables only. */
if (require.main === module) runProcess(['up', '--wait']);
