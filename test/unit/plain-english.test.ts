/** The phrases that made this project's prose hard to read, each with what to write instead. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const PHRASES: readonly (readonly [RegExp, string])[] = [
  [/\blately\b/i, 'recently'],
  [/\bat the (?:most|least)\b/i, 'at most, at least'],
  [/\banew\b/i, 'again, from the start'],
  [/\bthe very (?:same|file|folder)\b/i, 'the same'],
  [/\bbut for\b/i, 'except for'],
  [/\bso many [a-z]+s\b/i, 'this many'],
  [/\blet go of\b/i, 'release, drop'],
  [/\bmend(?:s|ed|ing)?\b/i, 'repair, fix'],
  [/\bany more\b/i, 'no longer'],
  [/\bgo(?:es)? on with\b/i, 'continue with'],
];

/** Texts, without the migrations: what has been released stays as it is. */
function texts(): string[] {
  const folders = ['src', 'emulator', 'bench', 'docs'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  return [...folders, 'README.md', 'ARCHITECTURE.md', 'CHANGELOG.md'].filter(
    (name) => /\.(?:ts|mjs|md)$/.test(name) && !name.includes('migrations'),
  );
}

test('no text uses a phrase that has a plainer form', () => {
  const found = texts().flatMap((name) =>
    readFileSync(join(ROOT, name), 'utf8')
      .split('\n')
      .flatMap((line, at) =>
        PHRASES.filter(([phrase]) => phrase.test(line)).map(
          ([, plain]) => `${name}:${String(at + 1)}: write "${plain}": ${line.trim()}`,
        ),
      ),
  );
  expect(found).toEqual([]);
});
