import { runProcess } from './commands/main';

/** The worker as a service: `gdrive-sync up`, configured by environment variables only. */
if (require.main === module) runProcess(['up']);
