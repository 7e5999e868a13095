import { inflateRawSync } from 'node:zlib';
import type { PlaceMark } from '../../content/model/marks';
import { isContentReason, type ContentReason, type ContentState } from '../../content/model/state';
import type { ContentReader } from '../../content/store/reader';
import { text } from '../row-values';

/** What has become of the text of a file. */
export interface TextState {
  state: ContentState;
  reason: ContentReason | undefined;
  /** The text that is kept, perhaps of an older state of the file. */
  body: BodyFacts | undefined;
}

/** What is known of a text without reading it. */
export interface BodyFacts {
  pk: number;
  kind: string;
  /** Its length in UTF-16 units. */
  chars: number;
  truncated: boolean;
}

const STATE = /* sql */ `
SELECT state, reason, body.pk, kind, chars, truncated FROM content.document
LEFT JOIN content.body ON body.pk = body_pk WHERE file_id = ?`;

/** The state of a file's text; undefined where contents are not kept, or no plan has seen the file yet. */
export function textStateOf(reader: ContentReader, fileId: string): TextState | undefined {
  const row = reader.texts === 'here' ? reader.get(STATE, fileId) : undefined;
  if (row === undefined) return undefined;
  const reason = text(row, 'reason');
  return {
    state: String(row['state']) as ContentState,
    reason: isContentReason(reason) ? reason : undefined,
    body:
      row['pk'] === null
        ? undefined
        : {
            pk: Number(row['pk']),
            kind: String(row['kind']),
            chars: Number(row['chars']),
            truncated: Number(row['truncated']) === 1,
          },
  };
}

/** A text, and the places in it. */
export interface PlacedText {
  text: string;
  marks: readonly PlaceMark[];
}

/** Reads the text of a body; undefined if it is gone. */
export function readText(reader: ContentReader, bodyPk: number): PlacedText | undefined {
  const packed = reader.packedText(bodyPk);
  const row = reader.get('SELECT marks FROM content.body WHERE pk = ?', bodyPk);
  if (packed === undefined || row === undefined) return undefined;
  return {
    text: inflateRawSync(packed).toString('utf8'),
    marks: JSON.parse(String(row['marks'])) as PlaceMark[],
  };
}

/** The name of the place that an offset lies in; undefined before the first place. */
export function placeAt(marks: readonly PlaceMark[], at: number): string | undefined {
  return marks.findLast((mark) => mark.at <= at)?.label;
}

/** The part of a text that a person names; undefined if the text has no such part. */
export function partOf({ text: whole, marks }: PlacedText, named: string): string | undefined {
  const at = /^\d+$/.test(named) ? numbered(marks, Number(named)) : labelled(marks, named);
  const mark = marks[at];
  return mark && whole.slice(mark.at, marks[at + 1]?.at ?? whole.length);
}

function labelled(marks: readonly PlaceMark[], named: string): number {
  const exact = marks.findIndex(({ label }) => label === named);
  return exact >= 0 ? exact : marks.findIndex(({ label }) => label.toLowerCase() === named.toLowerCase());
}

const NUMBERED = /^(?:p\.|slide|section|cell) (\d+)$/;

/** The page, slide, section or cell with this number. A page without text has no mark. Sheets are counted. */
function numbered(marks: readonly PlaceMark[], wanted: number): number {
  const found = marks.findIndex(({ label }) => Number(NUMBERED.exec(label)?.[1]) === wanted);
  if (found >= 0) return found;
  const sheet = marks.filter(({ label }) => label.startsWith('sheet '))[wanted - 1];
  return sheet === undefined ? -1 : marks.indexOf(sheet);
}
