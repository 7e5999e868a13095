import { hash } from '../corpus/hash';
import { instant } from '../corpus/instant';
import { FOLDER } from '../drive/drive-file';
import type { FileMaker } from './file-maker';
import type { Ledger } from './ledger';
import type { Access } from './new-file';

/** Another user's folder that is shared with the user, with its contents. */
export interface ReceivedTree {
  name?: string;
  /** The id of the parent, such as another shared folder; default: the user cannot see the parent. */
  parent?: string;
  /** How the folder is shared; default `direct`. */
  access?: Access;
  /** The number of folders in it, at several depths. */
  folders: number;
  files: number;
  /**
   * False: flat listings and change logs do not show its contents. Drive does this for folders shared by
   * link, and perhaps for others.
   */
  listed: boolean;
  /** True: the modification times are spread over the last ten years. Default: all are now. */
  old?: boolean;
}

/** The number of child folders of a folder. */
const FAN_OUT = 3;
const TEN_YEARS_MS = 10 * 365 * 86_400_000;

/** Shares another user's folder with the user. Only the top folder gets a change log entry. */
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

/** Creates two folders of another user that contain each other, each with a file; returns their ids. */
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
