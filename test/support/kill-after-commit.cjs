/**
 * Loaded with `node --require`, threads included: kills the process with kill -9 right after a commit to an account's store. `KILL_AFTER_COMMIT`: which
 * commit, counted from 1. A transaction that changes nothing counts too.
 */
const Database = require('better-sqlite3');

let left = Number(process.env.KILL_AFTER_COMMIT);

function committed(db) {
  if (db.inTransaction || !db.name.includes('/accounts/')) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
}

/** A function that does what `work` does, and then notes the commit. */
function counted(db, work) {
  return (...args) => {
    const result = work(...args);
    committed(db);
    return result;
  };
}

function countCommits({ prototype }) {
  const { transaction, prepare } = prototype;
  prototype.transaction = function (work) {
    const made = transaction.call(this, work);
    return Object.assign(counted(this, made), { immediate: counted(this, made.immediate) });
  };
  prototype.prepare = function (sql) {
    const statement = prepare.call(this, sql);
    if (sql === 'COMMIT') statement.run = counted(this, statement.run.bind(statement));
    return statement;
  };
}

countCommits(Database);
