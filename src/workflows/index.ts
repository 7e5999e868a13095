/** The workflows that the worker registers; their names are Temporal's workflow types. */
export { scheduledSync } from './scheduled-sync';
export { changeSettings, removeJob } from './store-requests';
export { syncAccount } from './sync-account';
export { syncBatch } from './sync-batch';
export { syncSource } from './sync-source';
export { syncContents } from './sync-contents';
export { walkFolders } from './walk-folders';
