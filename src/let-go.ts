/** The old name of `releaseAll`, which `activities/accounts.ts` still imports. */
export { releaseAll as letGo } from './release-all';
