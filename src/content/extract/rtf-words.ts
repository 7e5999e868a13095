/** Groups whose text is no text of the document. Groups marked `\*` are skipped too, unless they are known. */
export const SKIPPED_GROUPS: ReadonlySet<string> = new Set(
  'colortbl stylesheet info pict objdata themedata colorschememapping datastore latentstyles xmlnstbl listtable listoverridetable revtbl rsidtbl generator filetbl mmathPr fldinst private shprslt sn sv passwordhash pgptbl protusertbl userprops wgrffmtfilter xe tc rxe txe bkmkstart bkmkend atnid atnauthor atndate atnref atrfstart atrfend ud falt panose fname fontemb fontfile'.split(
    ' ',
  ),
);

/** Groups marked `\*` that hold text of the document. */
export const KNOWN_GROUPS: ReadonlySet<string> = new Set([
  'shpinst',
  'shppict',
  'annotation',
  'shptxt',
  // LibreOffice marks them, Word does not.
  'footnote',
]);

/** Groups that stand beside the text where they are anchored, and are blocks of their own. */
export const ASIDES: ReadonlySet<string> = new Set(['footnote', 'annotation']);

/** Words that stand for text. */
export const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ['line', '\n'],
  ['tab', '\t'],
  ['cell', '\t'],
  ['nestcell', '\t'],
  ['emdash', '\u2014'],
  ['endash', '\u2013'],
  ['lquote', '\u2018'],
  ['rquote', '\u2019'],
  ['ldblquote', '\u201c'],
  ['rdblquote', '\u201d'],
  ['bullet', '\u2022'],
  ['emspace', ' '],
  ['enspace', ' '],
  ['qmspace', ' '],
  ['zwj', '\u200d'],
  ['zwnj', '\u200c'],
]);

/** Words that end a block. */
export const BREAKS: ReadonlySet<string> = new Set(['par', 'sect', 'page', 'column', 'row', 'nestrow']);

/** Words that name the code page of the whole document. */
export const DOCUMENT_PAGES: ReadonlyMap<string, string> = new Map([
  ['ansi', 'windows-1252'],
  ['mac', 'macintosh'],
  ['pc', 'windows-1252'],
  ['pca', 'windows-1252'],
]);

const PAGES: ReadonlyMap<number, string> = new Map([
  [866, 'ibm866'],
  [874, 'windows-874'],
  [932, 'shift_jis'],
  [936, 'gbk'],
  [949, 'euc-kr'],
  [950, 'big5'],
  [10_000, 'macintosh'],
  [10_007, 'x-mac-cyrillic'],
  [20_866, 'koi8-r'],
  [21_866, 'koi8-u'],
  [54_936, 'gb18030'],
  [65_001, 'utf-8'],
]);
const CHARSETS: ReadonlyMap<number, string> = new Map([
  [0, 'windows-1252'],
  [77, 'macintosh'],
  [128, 'shift_jis'],
  [129, 'euc-kr'],
  [134, 'gbk'],
  [136, 'big5'],
  [161, 'windows-1253'],
  [162, 'windows-1254'],
  [163, 'windows-1258'],
  [177, 'windows-1255'],
  [178, 'windows-1256'],
  [186, 'windows-1257'],
  [204, 'windows-1251'],
  [222, 'windows-874'],
  [238, 'windows-1250'],
]);

/** The encoding of a Windows code page, as a label of `TextDecoder`. */
export function encodingOfPage(page: number): string {
  return PAGES.get(page) ?? (page >= 1250 && page <= 1258 ? `windows-${page}` : 'windows-1252');
}

/** The encoding of a font's character set; undefined for the document's. */
export function encodingOfCharset(charset: number): string | undefined {
  return CHARSETS.get(charset);
}
