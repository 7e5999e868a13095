export { tryRoleLock } from '../store/role-lock';
