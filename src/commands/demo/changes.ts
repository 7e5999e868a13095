import type { Emulator } from '#emulator';

/** What was changed in the emulated Drive. */
export interface DemoChanges {
  count: number;
  /** The name of a folder that was thrown away, and how much lay in it. */
  trashed: { name: string; files: number } | undefined;
}

const CHANGES = 500;
/** A folder of this size shows that one entry of the log can stand for many files. */
const TRASHED_SIZE = { least: 10, most: 200 } as const;
const MOST_LOOKS = 500;

/** Changes five hundred things of every kind: files, folders, sharing, drives. */
export function changeThings({ world }: Emulator, random: () => number): DemoChanges {
  const trashed = trashFolder(world);
  world.addDrive({ name: 'Joined drive', files: 80 });
  // What lies in it shows in no listing and in no log: only a walk finds it.
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
