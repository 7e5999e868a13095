export { firstDamage, sqliteVersion } from '../store/inspect';
