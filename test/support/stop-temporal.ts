export { stop as default } from './shared-temporal';
