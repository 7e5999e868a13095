import { FOLDER } from '../drive-file';
import type { FileMaker } from './file-maker';
import type { Ledger } from './ledger';

/** A folder of somebody else with what lies in it. */
export interface ReceivedTree {
  name?: string;
  /** How many folders lie in it, at several depths. */
  folders: number;
  files: number;
  /** False: what lies in it shows in no flat listing and in no log. */
  listed: boolean;
}

/** Folders below one folder. */
const FAN_OUT = 3;

/** Lets somebody share a tree with the user; the log tells of the folder at its top only. */
export function receiveTree(ledger: Ledger, maker: FileMaker, tree: ReceivedTree): string {
  const { name = 'Received folder', folders, files, listed } = tree;
  const id = maker.receive({ name, mimeType: FOLDER });
  if (!listed) ledger.drive.closedFolders.add(ledger.slotOf(id));
  const ids = [id];
  const parentOf = (ordinal: number): string => ids[Math.floor(ordinal / FAN_OUT)] ?? id;
  for (let i = 0; i < folders; i++) ids.push(maker.createWithin({ parent: parentOf(i), mimeType: FOLDER }));
  for (let i = 0; i < files; i++)
    maker.createWithin({ parent: ids[i % ids.length] ?? id, mimeType: 'application/pdf' });
  return id;
}
