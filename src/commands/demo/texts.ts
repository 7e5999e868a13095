import type { Emulator } from '#emulator';
import { runSearch } from '../files/search';
import type { Context } from '../shared/context';
import { nextCommand } from './next';
import { runToEnd } from './process';

const GOOGLE_TYPE = 'application/vnd.google-apps.';
/** Generated files have no contents, so it is pointless to ask for large ones. */
const MOST_BYTES = '20k';

/** Makes a few documents with a known text. */
function writeDocuments({ world }: Emulator): void {
  const parent = world.createFolder({ name: 'Expedition' });
  const doc = world.createFile({ name: 'Packing list', mimeType: `${GOOGLE_TYPE}document`, parent });
  world.setDocument(doc, {
    text: 'Packing list for the expedition.\nTwo ropes, one stove and the sextant of the harbour master.\n',
  });
  const sheet = world.createFile({ name: 'Costs', mimeType: `${GOOGLE_TYPE}spreadsheet`, parent });
  world.setDocument(sheet, {
    sheets: [
      { name: 'Food', rows: [['Rice', '40']] },
      { name: 'Instruments', rows: [['Sextant, borrowed', '0']] },
    ],
  });
  const deck = world.createFile({ name: 'Route', mimeType: `${GOOGLE_TYPE}presentation`, parent });
  world.setDocument(deck, {
    slides: [{ text: 'From the harbour to the cape' }, { text: 'By night', notes: 'Show the sextant.' }],
  });
  const note = world.createFile({ name: 'diary.txt', mimeType: 'text/plain', parent });
  world.setContent(note, Buffer.from('Day 12. Fog. We could not use the sextant until noon.\n'));
}

/** Switches the texts of files on, syncs them, and searches in them. */
export async function showTexts(
  context: Context,
  emulator: Emulator,
  from: string | undefined,
): Promise<void> {
  const { out, tell } = context;
  writeDocuments(emulator);
  tell('Wrote four documents. Switching the texts of files on, and syncing once more.');
  const limit = from === undefined ? ['--max-size', MOST_BYTES] : [];
  // Only the metadata that is here can be planned, and the cost is not the point of the demo.
  await runToEnd(context, emulator, ['--quiet', 'content', 'on', '--text', '--yes', ...limit]);
  await runToEnd(context, emulator, ['sync', '--no-web-ui']);
  out('');
  out(`Which files mention a sextant? ${nextCommand(context.config, 'search content:sextant')}:`);
  await runSearch(
    { ...context, tell: () => undefined, out: (line) => out(`  ${line}`) },
    ['content:sextant'],
    {
      limit: 10,
    },
  );
}
