/** The workflows that the worker registers; their names are Temporal's workflow types. */
export { removeJob } from './remove-job';
export { syncAccount } from './sync-account';
export { syncSource } from './sync-source';
