export { checkIntegrity, sqliteVersion } from '../store/inspect';
export { OutdatedStore } from '../store/open';
