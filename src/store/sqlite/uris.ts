/** Must be imported before the first database is opened: SQLite reads this setting when it is loaded. */
import { allowSqliteUris } from '../../config';

allowSqliteUris();
