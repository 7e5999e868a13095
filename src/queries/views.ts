import { DERIVED_COLUMNS, FILE_COLUMNS } from '../model/file';

/** A documented view of the store: its name, its meaning, and the meaning of each column. */
export interface DocumentedView {
  name: string;
  about: string;
  columns: readonly (readonly [name: string, about: string])[];
}

const MEANING = new Map([...FILE_COLUMNS, ...DERIVED_COLUMNS].map(({ column, about }) => [column, about]));

function described(names: readonly string[]): [string, string][] {
  return names.map((name) => [name, MEANING.get(name) ?? '']);
}

/** The public contract of the store; the tables behind the views may change with any version. */
export const VIEWS: readonly DocumentedView[] = [
  {
    name: 'files',
    about: 'Every file, folder and shortcut that exists for the account, trashed ones included.',
    columns: [
      ...described([
        'id',
        'name',
        'mime_type',
        'size',
        'quota_bytes',
        'parent_id',
        'owner_email',
        'owned_by_me',
      ]),
      ...described(['shared', 'starred', 'trashed', 'explicitly_trashed', 'created_time', 'modified_time']),
      ...described(['viewed_by_me_time', 'shared_with_me_time', 'md5', 'drive_id', 'description']),
      ['web_view_link', 'address of the file in a browser'],
      ['shortcut_target_id', 'the file that a shortcut points at'],
      ...described(['version']),
      ['extra', "JSON of all other fields under Drive's own names; read it with `extra ->> '$.field'`"],
      ['source', "`user`, or the shared drive's id"],
      ['first_seen_at', 'when the row was first written, ms since 1970'],
      ['changed_at', 'when the row was last written, ms since 1970'],
    ],
  },
  {
    name: 'folders',
    about: 'The folders among the files.',
    columns: [
      ...described([
        'id',
        'name',
        'parent_id',
        'owner_email',
        'trashed',
        'created_time',
        'modified_time',
        'drive_id',
      ]),
      ['source', "`user`, or the shared drive's id"],
    ],
  },
  {
    name: 'paths',
    about:
      'The path of every file and folder, as `ls -R` prints it: one row for each of its folders that the account can see, so a file in several folders has several rows. Names are escaped: `\\/` for `/`, and `\\\\` for `\\`.',
    columns: [
      ...described(['id']),
      [
        'path',
        'begins with `/My Drive`, `/Shared drives`, `/Shared with me` or `/No folder`; a circle of folders has no root, so what lies in one is in none',
      ],
    ],
  },
  {
    name: 'duplicates',
    about:
      'Files of the same content, a copy a row: all that have the MD5 and the size of another one, without what is empty or in the trash.',
    columns: [
      ...described(['md5', 'size']),
      ['copies', 'how many there are of this content'],
      ...described(['id', 'name', 'mime_type', 'parent_id', 'owner_email', 'owned_by_me', 'created_time']),
      ...described(['modified_time', 'drive_id']),
    ],
  },
  {
    name: 'exposure',
    about:
      'Who has access to each file, as far as Drive tells this account; files of which it tells nothing are left out.',
    columns: [
      ...described(['id', 'name', 'mime_type']),
      [
        'visibility',
        '`public` (anyone can find it), `link` (anyone who has the link), `people` (somebody else, or a domain) or `private`',
      ],
      ['people', 'people, groups and domains that have access, the owner included'],
      ...described(['owner_email', 'owned_by_me', 'drive_id', 'trashed', 'modified_time']),
      ['web_view_link', 'address of the file in a browser'],
    ],
  },
  {
    name: 'history',
    about:
      'What happened to the files since the copy was first complete, an event a row, in no order; removed files keep theirs.',
    columns: [
      ['at', 'when it was written here, ms since 1970'],
      [
        'kind',
        'created, removed, returned, trashed, restored, moved, renamed, shared, edited or changed: what says most',
      ],
      ['id', "Drive's file id"],
      ['name', 'name that the file has now, or had last'],
      [
        'changes',
        "JSON: for each field that changed, under its column's or Drive's name, a list of the value before and after",
      ],
      ['inherited', '1 where it only follows from what happened to a folder above'],
      ['mime_type', 'MIME type'],
      ['parent_id', 'first parent folder now, or last'],
      ['removed_at', 'when the file was removed here, ms since 1970; absent while it exists'],
      ['source', "`user`, or the shared drive's id"],
    ],
  },
  {
    name: 'jobs',
    about: 'The sync jobs that the store remembers.',
    columns: [
      ['id', 'job id'],
      ['attempt', '1, and one more for every `reset`'],
      ['state', 'pending, running, waiting, completed, partial, failed, canceled or terminated'],
      ['reason', 'what a waiting job waits for, or why one failed'],
      ['message', 'the same in words'],
      ['requested_at', 'when it was asked for, ms since 1970'],
      ['started_at', 'when work on it began, ms since 1970'],
      ['ended_at', 'when it ended, ms since 1970'],
      ['pages', 'pages committed'],
      ['files', 'files listed'],
      ['changes', 'entries of change logs applied'],
      ['full', '1 if a full crawl was asked for'],
      ['units', 'quota units of the Drive API spent'],
    ],
  },
];

/** The views as a Markdown page. */
export function describeViews(): string {
  const sections = VIEWS.map(({ name, about, columns }) => {
    const rows = columns.map(([column, meaning]) => `| \`${column}\` | ${meaning} |`);
    return [`## \`${name}\``, '', about, '', '| column | meaning |', '| --- | --- |', ...rows].join('\n');
  });
  const head = [
    '# The store',
    '',
    'One SQLite file for each account. These views are its public contract; the tables behind them are private. Absent values are',
    'NULL, flags are 0 or 1, times named `…_time` are text as Drive sent them (RFC 3339, UTC).',
  ].join('\n');
  return `${[head, ...sections].join('\n\n')}\n`;
}
