import { ROOT, WITHHELD } from '../corpus/marks';
import type { Ledger } from './ledger';

/** Makes all files of the user unavailable; `silent`: without change log entries. */
export function withholdOwnFiles(ledger: Ledger, silent: boolean): void {
  const { corpus } = ledger.drive;
  for (let slot = 0; slot < corpus.slotCount; slot++) {
    if (corpus.driveId(slot) !== undefined || corpus.readers.ownedByMe(slot) !== true) continue;
    if ((corpus.marks(slot) & ROOT) !== 0) continue;
    setWithheld(ledger, slot, { isOn: true, silent });
  }
}

/** Makes all unavailable files available again; `silent`: without change log entries. */
export function releaseFiles(ledger: Ledger, silent: boolean): void {
  const { corpus } = ledger.drive;
  for (let slot = 0; slot < corpus.slotCount; slot++)
    if ((corpus.marks(slot) & WITHHELD) !== 0) setWithheld(ledger, slot, { isOn: false, silent });
}

function setWithheld(
  ledger: Ledger,
  slot: number,
  { isOn, silent }: { isOn: boolean; silent: boolean },
): void {
  if (silent) ledger.mark(slot, WITHHELD, isOn);
  else ledger.record(slot, () => ledger.mark(slot, WITHHELD, isOn));
}
