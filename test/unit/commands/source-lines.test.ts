import { describeSources } from '../../../src/commands/jobs/source-lines';
import type { SourceState } from '../../../src/queries/jobs/source-states';

const NOW = Date.now();

function source(more: Partial<SourceState>): SourceState {
  return {
    sourceId: 'd1',
    name: 'Team',
    state: 'followed',
    currentAt: NOW,
    lagMs: undefined,
    walkedAt: undefined,
    fullAt: NOW,
    gap: undefined,
    failure: undefined,
    failures: 0,
    retryAt: undefined,
    removals: undefined,
    ...more,
  };
}

const said = (more: Partial<SourceState>): string => describeSources([source(more)]).join('\n');

test('a source says as of when it is, and how late changes came', () => {
  expect(said({ lagMs: 90_000 })).toMatch(
    /^ {2}Team \(d1\): as of .* \(0 s ago\), Drive reported its last changes after 1 min 30 s$/,
  );
  expect(said({ lagMs: 4_200 })).toMatch(/ago\)$/);
  expect(said({ currentAt: undefined })).toBe('  Team (d1): not complete yet');
});

test('what is missing and what failed is told in words', () => {
  expect(said({ gap: 'incomplete-search' })).toMatch(/reported an incomplete search.*sync --full/);
  expect(said({ failure: 'network', failures: 3 })).toMatch(/cannot be reached \(3 times in a row\)/);
  expect(said({ state: 'gone' })).toMatch(/gone or no longer accessible/);
});

test('removals that need consent are told with examples and the command that decides', () => {
  const examples = [{ id: 'f1', name: 'a\u001b.txt' }];
  const many = said({ removals: { files: 1_200, of: 3_000, examples } });
  expect(many).toMatch(/1,200 files of 3,000 are gone/);
  expect(many).toContain('a\uFFFD.txt (f1)');
  expect(many).toContain('--accept-removals');
  expect(said({ removals: { files: 3, of: 3_000, examples } })).not.toContain('--accept-removals');
});

test('of hundreds of sources those with trouble are shown, and the rest is counted', () => {
  const drives = Array.from({ length: 300 }, (_, at) => source({ sourceId: `d${String(at)}` }));
  drives[250] = source({ sourceId: 'd250', failures: 2, failure: 'transient' });
  const lines = describeSources(drives);
  expect(lines.filter((line) => line.startsWith('  Team'))).toHaveLength(21);
  expect(lines.at(-1)).toMatch(/and 279 more sources without problems \(--json lists them\)/);
});
