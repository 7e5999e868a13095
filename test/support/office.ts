import { zipFile } from './zip';

type Parts = Readonly<Record<string, string | Buffer>>;
/** The relations of a part: type and target, in order; their ids are rId1, rId2, … */
export type Relations = readonly (readonly [type: string, target: string])[];

const TYPES =
  '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>';

/** The XML of relations. */
export function relations(list: Relations): string {
  const items = list.map(
    ([type, target], index) =>
      `<Relationship Id="rId${String(index + 1)}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${items.join('')}</Relationships>`;
}

/** A Word document with this body, and these parts under `word/`. */
export function docx(body: string, parts: Parts = {}, list: Relations = []): Buffer {
  return zipFile({
    '[Content_Types].xml': TYPES,
    '_rels/.rels': relations([['officeDocument', 'word/document.xml']]),
    'word/document.xml': `<?xml version="1.0" encoding="UTF-8"?><w:document><w:body>${body}</w:body></w:document>`,
    'word/_rels/document.xml.rels': relations(list),
    ...under('word/', parts),
  });
}

/** A workbook with these sheets (name, XML of the rows). */
export function xlsx(
  sheets: readonly (readonly [name: string, rows: string])[],
  strings: readonly string[] = [],
  parts: Parts = {},
): Buffer {
  const names = sheets.map(
    ([name], index) =>
      `<sheet name="${name}" sheetId="${String(index + 1)}" r:id="rId${String(index + 1)}"/>`,
  );
  const files = sheets.map(([, rows], index) => [
    `xl/worksheets/sheet${String(index + 1)}.xml`,
    `<worksheet><sheetData>${rows}</sheetData></worksheet>`,
  ]);
  return zipFile({
    '[Content_Types].xml': TYPES,
    '_rels/.rels': relations([['officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': `<workbook><sheets>${names.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations([
      ...sheets.map((_, index) => ['worksheet', `worksheets/sheet${String(index + 1)}.xml`] as const),
      ['sharedStrings', 'sharedStrings.xml'],
    ]),
    'xl/sharedStrings.xml': `<sst>${strings.map((text) => `<si>${text}</si>`).join('')}</sst>`,
    ...Object.fromEntries(files),
    ...under('xl/', parts),
  });
}

/** A presentation whose slides, in this order, are these parts under `ppt/`. */
export function pptx(slides: readonly string[], parts: Parts): Buffer {
  const ids = slides.map(
    (_, index) => `<p:sldId id="${String(256 + index)}" r:id="rId${String(index + 1)}"/>`,
  );
  return zipFile({
    '[Content_Types].xml': TYPES,
    '_rels/.rels': relations([['officeDocument', 'ppt/presentation.xml']]),
    'ppt/presentation.xml': `<p:presentation><p:sldIdLst>${ids.join('')}</p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relations(slides.map((slide) => ['slide', slide])),
    ...under('ppt/', parts),
  });
}

/** An OpenDocument file: the last word of its type, and the content of `office:body`. */
export function openDocument(type: string, body: string, parts: Parts = {}): Buffer {
  return zipFile({
    mimetype: `application/vnd.oasis.opendocument.${type}`,
    'content.xml': `<office:document-content><office:body>${body}</office:body></office:document-content>`,
    ...parts,
  });
}

function under(folder: string, parts: Parts): Parts {
  return Object.fromEntries(Object.entries(parts).map(([name, data]) => [`${folder}${name}`, data]));
}
