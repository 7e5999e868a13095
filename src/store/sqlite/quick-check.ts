/**
 * A program of its own: SQLite's check does not yield, and only a process can be stopped meanwhile. Prints
 * `ok` or what is wrong with the database that its argument names; nothing if that cannot be told.
 */
import Database from 'better-sqlite3';
import { errorMessage, isDamage } from '../../errors';

function check(path: string): unknown {
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true });
    return db.pragma('quick_check(1)', { simple: true });
  } catch (error) {
    return isDamage(error) ? errorMessage(error) : '';
  }
}

process.stdout.write(String(check(process.argv[2] ?? '')));
