import type { Emulator } from '#emulator';

/** What was changed in the emulated Drive. */
export interface DemoChanges {
  count: number;
  /** The name of a folder that was moved to the trash, and the number of files in it. */
  trashed: { name: string; files: number } | undefined;
}

const CHANGES = 500;
/** A folder of this size shows that one entry of the change log can affect many files. */
const TRASHED_SIZE = { least: 10, most: 200 } as const;
const MOST_LOOKS = 500;

/** Makes 500 changes of every kind: to files, folders, sharing and drives. */
export function changeThings({ world }: Emulator, random: () => number): DemoChanges {
  const trashed = trashFolder(world);
  world.addDrive({ name: 'Joined drive', files: 80 });
  // Its contents are in no listing and no change log: only a walk finds them.
  world.receiveFolder({ name: 'Folder shared with you', folders: 4, files: 30, listed: false });
  const done = trashed === undefined ? 2 : 3;
  for (let count = done; count < CHANGES; count++) world.mutate(random, { access: true });
  return { count: CHANGES, trashed };
}

function trashFolder(world: Emulator['world']): DemoChanges['trashed'] {
  const { least, most } = TRASHED_SIZE;
  for (const id of world.ids({ folders: true }).slice(1, MOST_LOOKS)) {
    const files = world.descendants(id).length;
    if (files < least || files > most || id === world.rootId) continue;
    const name = world.file(id)?.name ?? id;
    world.trash(id);
    return { name, files };
  }
  return undefined;
}
