import { runProcess } from './commands/main';

/** The worker as a service: `gdrive-sync up`, set up by the environment alone. */
if (require.main === module) runProcess(['up']);
