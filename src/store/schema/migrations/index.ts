import { initial } from './0001-initial';
import { changes } from './0002-changes';
import { search } from './0003-search';
import { lanes } from './0004-lanes';
import { searchText } from './0005-search-text';
import { lighterChanges } from './0006-lighter-changes';
import { newest } from './0007-newest';
import { requests } from './0008-requests';
import { parents } from './0009-parents';
import { walk } from './0010-walk';
import { exceptions } from './0011-exceptions';
import { strays } from './0012-strays';
import { paths } from './0013-paths';
import { pathsInCircles } from './0014-paths-in-circles';
import { content } from './0015-content';

/** All migrations in order; the schema number is the count applied. A released one is never edited. */
export const migrations: readonly string[] = [
  initial,
  changes,
  search,
  lanes,
  searchText,
  lighterChanges,
  newest,
  requests,
  parents,
  walk,
  exceptions,
  strays,
  paths,
  pathsInCircles,
  content,
];
