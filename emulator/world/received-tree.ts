import { hash } from '../corpus/hash';
import { instant } from '../corpus/instant';
import { FOLDER } from '../drive/drive-file';
import type { FileMaker } from './file-maker';
import type { Ledger } from './ledger';
import type { Access } from './new-file';

/** A folder of somebody else that is shared with the user, with its content. */
export interface ReceivedTree {
  name?: string;
  /** The id of the folder that it lies in, such as another shared one; default: the user does not see where. */
  parent?: string;
  /** How the user has access; default `direct`. */
  access?: Access;
  /** How many folders lie in it, at several depths. */
  folders: number;
  files: number;
  /** False: its content shows in no flat listing and in no log, as Drive does for links and perhaps for others. */
  listed: boolean;
  /** True: modification times are spread over the last ten years; default: everything was modified just now. */
  old?: boolean;
}

/** Folders below one folder. */
const FAN_OUT = 3;
const TEN_YEARS_MS = 10 * 365 * 86_400_000;

/** Lets somebody share a tree with the user; the log tells of the folder at its top only. */
export function receiveTree(ledger: Ledger, maker: FileMaker, tree: ReceivedTree): string {
  const { name = 'Received folder', parent, access, folders, files, listed, old = false } = tree;
  const time = old ? pastTimes(ledger.drive.seed, ledger.drive.now()) : () => ({});
  const id = maker.receive({
    name,
    mimeType: FOLDER,
    ...(parent !== undefined && { parent }),
    ...(access !== undefined && { access }),
    ...time(),
  });
  if (!listed) ledger.drive.closedFolders.add(ledger.slotOf(id));
  const ids = [id];
  const parentOf = (ordinal: number): string => ids[Math.floor(ordinal / FAN_OUT)] ?? id;
  for (let i = 0; i < folders; i++)
    ids.push(maker.createWithin({ parent: parentOf(i), mimeType: FOLDER, ...time() }));
  for (let i = 0; i < files; i++)
    maker.createWithin({ parent: ids[i % ids.length] ?? id, mimeType: 'application/pdf', ...time() });
  return id;
}

/** Makes two folders of somebody else that lie in each other, each with a file; returns their ids. */
export function receiveCycle(ledger: Ledger, maker: FileMaker): [string, string] {
  const tree = { folders: 0, files: 1, listed: true };
  const outer = receiveTree(ledger, maker, { ...tree, name: 'Outer folder' });
  const inner = receiveTree(ledger, maker, { ...tree, name: 'Inner folder', parent: outer });
  ledger.update(ledger.slotOf(outer), (file) => ({ ...file, parents: [inner] }));
  return [outer, inner];
}

function pastTimes(seed: number, now: number): () => { modifiedTime: string } {
  let count = 0;
  return () => {
    const age = (hash(seed, ++count, 0x61) / 0x1_0000_0000) * TEN_YEARS_MS;
    return { modifiedTime: instant(Math.floor(now - age)) };
  };
}
