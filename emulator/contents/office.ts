import { linesOf, type Sheet, type Slide } from './document';
import { writeZip, type ZipEntry } from './zip';

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const FORMATS = 'http://schemas.openxmlformats.org';
const MAIN = (name: string): string => `${FORMATS}/${name}/2006/main`;
const RELATIONS = `${FORMATS}/officeDocument/2006/relationships`;
const OFFICE_TYPE = 'application/vnd.openxmlformats-officedocument';

/** A part of an Office file that others refer to. */
interface Part {
  /** The path in the archive. */
  path: string;
  /** The end of its MIME type, such as `wordprocessingml.document.main`. */
  type: string;
  xml: string;
}

/** Writes a Word document with a paragraph for each line. */
export function writeDocx(text: string): Buffer {
  const paragraphs = linesOf(text).map(
    (line) => `<w:p><w:r><w:t xml:space="preserve">${escapeXml(line)}</w:t></w:r></w:p>`,
  );
  const xml = `<w:document xmlns:w="${MAIN('wordprocessingml')}"><w:body>${paragraphs.join('')}</w:body></w:document>`;
  return writeOffice([{ path: 'word/document.xml', type: 'wordprocessingml.document.main', xml }]);
}

/** Writes an Excel workbook. All cells are shared strings, as in files that Excel saves. */
export function writeXlsx(sheets: readonly Sheet[]): Buffer {
  const strings = new Map<string, number>();
  const parts = sheets.map(({ rows }, at) => ({
    path: `xl/worksheets/sheet${String(at + 1)}.xml`,
    type: 'spreadsheetml.worksheet',
    xml: sheetXml(rows, strings),
  }));
  const list = sheets.map(
    ({ name }, at) =>
      `<sheet name="${escapeXml(name)}" sheetId="${String(at + 1)}" r:id="rId${String(at + 1)}"/>`,
  );
  const workbook = `<workbook xmlns="${MAIN('spreadsheetml')}" xmlns:r="${RELATIONS}"><sheets>${list.join('')}</sheets></workbook>`;
  const items = [...strings.keys()].map((text) => `<si><t xml:space="preserve">${escapeXml(text)}</t></si>`);
  const shared = `<sst xmlns="${MAIN('spreadsheetml')}">${items.join('')}</sst>`;
  const targets: [string, string][] = [
    ...parts.map(({ path }): [string, string] => ['worksheet', path.slice('xl/'.length)]),
    ['sharedStrings', 'sharedStrings.xml'],
  ];
  return writeOffice(
    [
      { path: 'xl/workbook.xml', type: 'spreadsheetml.sheet.main', xml: workbook },
      ...parts,
      { path: 'xl/sharedStrings.xml', type: 'spreadsheetml.sharedStrings', xml: shared },
    ],
    [relations('xl/_rels/workbook.xml.rels', targets)],
  );
}

function sheetXml(rows: readonly string[][], strings: Map<string, number>): string {
  const cellXml = (text: string, row: number, column: number): string => {
    const known = strings.get(text) ?? strings.size;
    strings.set(text, known);
    return `<c r="${columnName(column)}${String(row + 1)}" t="s"><v>${String(known)}</v></c>`;
  };
  const lines = rows.map(
    (cells, row) =>
      `<row r="${String(row + 1)}">${cells.map((text, column) => cellXml(text, row, column)).join('')}</row>`,
  );
  return `<worksheet xmlns="${MAIN('spreadsheetml')}"><sheetData>${lines.join('')}</sheetData></worksheet>`;
}

/** The letters of a column: A, B … Z, AA … */
function columnName(column: number): string {
  const letter = String.fromCodePoint(65 + (column % 26));
  return column < 26 ? letter : columnName(Math.floor(column / 26) - 1) + letter;
}

/** Writes a PowerPoint presentation. */
export function writePptx(slides: readonly Slide[]): Buffer {
  const ids = slides.map((_, at) => `<p:sldId id="${String(256 + at)}" r:id="rId${String(at + 1)}"/>`);
  const main = `<p:presentation xmlns:p="${MAIN('presentationml')}" xmlns:r="${RELATIONS}"><p:sldIdLst>${ids.join('')}</p:sldIdLst></p:presentation>`;
  const parts: Part[] = [
    { path: 'ppt/presentation.xml', type: 'presentationml.presentation.main', xml: main },
  ];
  const links: ZipEntry[] = [];
  for (const [at, { text, notes }] of slides.entries()) {
    const number = String(at + 1);
    const path = `ppt/slides/slide${number}.xml`;
    parts.push({ path, type: 'presentationml.slide', xml: slideXml('sld', text) });
    if (notes === undefined) continue;
    const notesPath = `ppt/notesSlides/notesSlide${number}.xml`;
    parts.push({ path: notesPath, type: 'presentationml.notesSlide', xml: slideXml('notes', notes) });
    const target = `../notesSlides/notesSlide${number}.xml`;
    links.push(relations(`ppt/slides/_rels/slide${number}.xml.rels`, [['notesSlide', target]]));
  }
  const targets = slides.map((_, at): [string, string] => ['slide', `slides/slide${String(at + 1)}.xml`]);
  return writeOffice(parts, [relations('ppt/_rels/presentation.xml.rels', targets), ...links]);
}

const GROUP = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>';
const BODY =
  '<p:nvSpPr><p:cNvPr id="2" name="Text"/><p:cNvSpPr/><p:nvPr><p:ph type="body" idx="1"/></p:nvPr></p:nvSpPr><p:spPr/>';

function slideXml(element: 'sld' | 'notes', text: string): string {
  const paragraphs = linesOf(text).map((line) => `<a:p><a:r><a:t>${escapeXml(line)}</a:t></a:r></a:p>`);
  const shape = `<p:sp>${BODY}<p:txBody><a:bodyPr/>${paragraphs.join('')}</p:txBody></p:sp>`;
  return `<p:${element} xmlns:p="${MAIN('presentationml')}" xmlns:a="${MAIN('drawingml')}"><p:cSld><p:spTree>${GROUP}${shape}</p:spTree></p:cSld></p:${element}>`;
}

/** Packs the parts of an Office file; the first one is the main part. */
function writeOffice(parts: readonly Part[], links: readonly ZipEntry[] = []): Buffer {
  const overrides = parts.map(
    ({ path, type }) => `<Override PartName="/${path}" ContentType="${OFFICE_TYPE}.${type}+xml"/>`,
  );
  const types = `<Types xmlns="${FORMATS}/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${overrides.join('')}</Types>`;
  return writeZip([
    { name: '[Content_Types].xml', text: HEAD + types },
    relations('_rels/.rels', [['officeDocument', parts[0]?.path ?? '']]),
    ...parts.map(({ path, xml }) => ({ name: path, text: HEAD + xml })),
    ...links,
  ]);
}

/** The part that lists to which parts another one refers. */
function relations(name: string, targets: readonly (readonly [string, string])[]): ZipEntry {
  const items = targets.map(
    ([type, target], at) =>
      `<Relationship Id="rId${String(at + 1)}" Type="${RELATIONS}/${type}" Target="${target}"/>`,
  );
  const text = `${HEAD}<Relationships xmlns="${FORMATS}/package/2006/relationships">${items.join('')}</Relationships>`;
  return { name, text };
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Escapes a text for XML and HTML. Control characters, which XML does not allow, are left out. Lone surrogates become
 * U+FFFD.
 */
export function escapeXml(text: string): string {
  const allowed = Buffer.from(text)
    .toString()
    .replaceAll(/[^\P{Cc}\t\n\r]|[\uFFFE\uFFFF]/gu, '');
  return allowed.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
