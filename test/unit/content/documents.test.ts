import { docx, openDocument, pptx, relations, xlsx } from '../../support/office';
import { placedText } from '../../support/placed-text';
import { zipFile } from '../../support/zip';

const p = (...runs: string[]): string => `<w:p>${runs.join('')}</w:p>`;
const r = (text: string, properties = ''): string =>
  `<w:r>${properties}<w:t xml:space="preserve">${text}</w:t></w:r>`;

const cell = (...paragraphs: string[]): string => `<w:tc><w:tcPr/>${paragraphs.join('')}</w:tc>`;
const value = (type: string, content: string): string => `<c r="A1" t="${type}"><v>${content}</v></c>`;

describe('Word', () => {
  test('runs join, paragraphs, tabs and breaks separate', async () => {
    const body = `${p(r('Sen'), r('tinel'), '<w:r><w:tab/></w:r>', r('two'))}${p('<w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr>', r('a'), '<w:r><w:br/></w:r>', r('b'))}`;
    expect(await placedText(docx(body))).toBe('Sentinel\ttwo\na\nb');
  });

  test('a table has a row on each line and tabs between cells', async () => {
    const body = `${p(r('before'))}<w:tbl><w:tr>${cell(p(r('a1')))}${cell(p(r('b1')), p(r('more')))}</w:tr><w:tr>${cell(p(r('a2')))}${cell(p())}${cell(p(r('c2')))}</w:tr></w:tbl>${p(r('after'))}`;
    expect(await placedText(docx(body))).toBe('before\na1\tb1\nmore\na2\t\tc2\nafter');
  });

  test('hidden, deleted and moved text is left out, and so are doubles of text boxes', async () => {
    const box = `<w:txbxContent>${p(r('box'))}</w:txbxContent>`;
    const body = [
      p(
        r('shown'),
        r('HIDDEN', '<w:rPr><w:vanish/></w:rPr>'),
        r('!', '<w:rPr><w:vanish w:val="0"/></w:rPr>'),
      ),
      p('<w:del><w:r><w:delText>DELETED</w:delText></w:r></w:del>', r('kept')),
      p(`<w:moveFrom>${r('MOVED')}</w:moveFrom>`, `<w:moveTo>${r('here')}</w:moveTo>`),
      p(
        `<w:r><mc:AlternateContent><mc:Choice>${box}</mc:Choice><mc:Fallback>${box}</mc:Fallback></mc:AlternateContent></w:r>`,
      ),
      p('<w:r><w:instrText>PAGE</w:instrText></w:r>', r('soft\u00adhyphen')),
    ].join('');
    expect(await placedText(docx(body))).toBe('shown!\nkept\nhere\nbox\nsofthyphen');
  });

  test('notes, comments, headers and footers follow the body under their names', async () => {
    const part = (text: string): string => `<w:x>${p(r(text))}</w:x>`;
    const names = ['header1', 'footnotes', 'footer1', 'endnotes', 'comments'];
    const file = docx(
      p(r('body')),
      Object.fromEntries(names.map((name) => [`${name}.xml`, part(name)])),
      names.map((name) => [name.replace('1', ''), `${name}.xml`]),
    );
    expect(await placedText(file)).toBe(
      'body\n[footnotes] footnotes\n[endnotes] endnotes\n[comments] comments\n[headers and footers] header1\nfooter1',
    );
  });

  test('any prefix, UTF-16 and names in another case are read', async () => {
    const xml = `<?xml version="1.0" encoding="UTF-16"?><ns0:document><ns0:p><ns0:r><ns0:t>überall</ns0:t></ns0:r></ns0:p></ns0:document>`;
    const file = zipFile({
      '[Content_Types].xml': '<Types/>',
      '/Word\\Document.xml': Buffer.from(`\ufeff${xml}`, 'utf16le'),
    });
    expect(await placedText(file)).toBe('überall');
  });
});

const chart = (title: string): string =>
  `<c:chartSpace><c:title><c:tx><c:rich><a:p><a:r><a:t>${title}</a:t></a:r></a:p></c:rich></c:tx></c:title>
  <c:ser><c:tx><c:strRef><c:f>S!$A$1</c:f><c:strCache><c:pt><c:v>Sales</c:v></c:pt></c:strCache></c:strRef></c:tx>
  <c:cat><c:strCache><c:pt><c:v>North</c:v></c:pt><c:pt><c:v>South</c:v></c:pt></c:strCache></c:cat>
  <c:val><c:numCache><c:pt><c:v>17</c:v></c:pt></c:numCache></c:val></c:ser></c:chartSpace>`;

test('the words of a chart are at its place', async () => {
  const words = 'Growth\nSales\nNorth\nSouth';
  const parts = { 'charts/c.xml': chart('Growth') };
  const word = docx('<w:p><w:r><w:t>text</w:t></w:r></w:p>', parts, [['chart', 'charts/c.xml']]);
  expect(await placedText(word)).toBe(`text\n${words}`);
  const slides = pptx(['slides/s1.xml', 'slides/s2.xml'], {
    ...parts,
    'slides/s1.xml': slide('one'),
    'slides/s2.xml': slide('two'),
    'slides/_rels/s1.xml.rels': relations([['chart', '../charts/c.xml']]),
  });
  expect(await placedText(slides)).toBe(`[slide 1] one\n${words}\n[slide 2] two`);
  const row = `<row>${value('n', '1')}</row>`;
  const sheets = xlsx(
    [
      ['A', row],
      ['B', row],
    ],
    [],
    {
      ...parts,
      'worksheets/_rels/sheet1.xml.rels': relations([['drawing', '../drawings/d.xml']]),
      'drawings/d.xml': '<xdr:wsDr/>',
      'drawings/_rels/d.xml.rels': relations([['chart', '../charts/c.xml']]),
    },
  );
  expect(await placedText(sheets)).toBe(`[sheet A] 1\n${words}\n[sheet B] 1`);
});

describe('Excel', () => {
  test('the headers and footers of printed pages are text without their codes', async () => {
    const header =
      '</sheetData><headerFooter><oddHeader>&amp;L&amp;"Arial,Bold"&amp;14Draft&amp;CR&amp;&amp;L &amp;P&amp;R&amp;KFF0000red &amp;K01+000too</oddHeader><firstFooter>foot</firstFooter></headerFooter><sheetData>';
    expect(await placedText(xlsx([['S', `<row>${value('n', '1')}</row>${header}`]]))).toBe(
      '[sheet S] 1\nDraft\nR&L\nred too\nfoot',
    );
  });

  test('all sheets, hidden ones too, with strings, numbers, results and truth values', async () => {
    const file = xlsx(
      [
        [
          'Q3',
          `<row>${value('s', '1')}<c r="C1"><f>1+1</f><v>2.5</v></c>${value('b', '1')}${value('e', '#REF!')}</row><row/><row>${value('str', 'made')}</row>`,
        ],
        ['Empty', ''],
        [
          'Hidden &amp; last',
          `<row><c t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c>${value('s', '0')}</row>`,
        ],
      ],
      ['<t>東京</t><rPh><t>トウキョウ</t></rPh>', '<r><t>Sen</t></r><r><t>tinel</t></r>'],
    );
    expect(await placedText(file)).toBe(
      '[sheet Q3] Sentinel\t2.5\tTRUE\nmade\n[sheet Hidden & last] inline\t東京',
    );
  });

  test('a cell without a value is not the first string', async () => {
    const file = xlsx(
      [['S', `<row><c t="s"/>${value('s', '1')}<c t="b"/></row>`]],
      ['<t>no</t>', '<t>yes</t>'],
    );
    expect(await placedText(file)).toBe('[sheet S] yes');
  });

  test('notes, comments and text boxes belong to their sheet', async () => {
    const file = xlsx(
      [
        ['One', `<row>${value('n', '1')}</row>`],
        ['Two', `<row>${value('n', '2')}</row>`],
      ],
      [],
      {
        'worksheets/_rels/sheet1.xml.rels': relations([
          ['comments', '../comments1.xml'],
          ['threadedComment', '/xl/threads.xml'],
          ['drawing', '../drawing.xml'],
        ]),
        'comments1.xml':
          '<comments><authors><author>Ann</author></authors><commentList><comment><text><r><t>a note</t></r></text></comment></commentList></comments>',
        'threads.xml':
          '<ThreadedComments><threadedComment><text>a comment</text></threadedComment></ThreadedComments>',
        'drawing.xml': '<xdr:wsDr><a:p><a:r><a:t>a box</a:t></a:r></a:p></xdr:wsDr>',
      },
    );
    expect(await placedText(file)).toBe('[sheet One] 1\na note\na comment\na box\n[sheet Two] 2');
  });

  test('after a million cells the rest is left out', async () => {
    const row = `<row>${value('n', '7').repeat(1_000)}</row>`.replaceAll(' r="A1"', '');
    const text = await placedText(xlsx([['Big', row.repeat(1_100)]]));
    expect(text.endsWith('…')).toBe(true);
    expect(text.split('\n').length).toBeLessThan(1_010);
  });
});

const slide = (...texts: string[]): string =>
  `<p:sld>${texts.map((text) => `<p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody>`).join('')}</p:sld>`;

describe('PowerPoint', () => {
  test('slides in the order of the presentation, with tables, SmartArt, notes and comments', async () => {
    const table =
      '<a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>a</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>b</a:t></a:r></a:p></a:txBody></a:tc></a:tr></a:tbl>';
    const file = pptx(['slides/slide2.xml', 'slides/slide1.xml'], {
      'slides/slide1.xml': slide('second').replace('</p:sld>', `${table}</p:sld>`),
      'slides/slide2.xml': `<p:sld><a:p><a:r><a:t>fi</a:t></a:r><a:r><a:t>rst</a:t></a:r><a:br/><a:r><a:t>line</a:t></a:r></a:p></p:sld>`,
      'slides/_rels/slide1.xml.rels': relations([
        ['notesSlide', '../notesSlides/n.xml'],
        ['comments', '../c.xml'],
        ['diagramData', '../d.xml'],
      ]),
      'notesSlides/n.xml':
        '<p:notes><a:p><a:r><a:t>say</a:t></a:r></a:p><a:p><a:fld type="slidenum"><a:t>2</a:t></a:fld></a:p></p:notes>',
      'c.xml': '<p:cmLst><p:cm><p:text>remark</p:text></p:cm></p:cmLst>',
      'd.xml': '<dgm:pt><dgm:t>\n  <a:bodyPr/><a:p><a:r><a:t>smart</a:t></a:r></a:p>\n</dgm:t></dgm:pt>',
    });
    expect(await placedText(file)).toBe('[slide 1] first\nline\n[slide 2] second\na\tb\nsmart\nsay\nremark');
  });
});

const page = (text: string, notes: string): string =>
  `<draw:page draw:name="p"><draw:frame><draw:text-box><text:p>${text}</text:p></draw:text-box></draw:frame><presentation:notes><text:p>${notes}</text:p></presentation:notes></draw:page>`;

describe('OpenDocument', () => {
  test('spans join; notes do not split what they are anchored in; deleted text is left out', async () => {
    const body = `<office:text><text:tracked-changes><text:p>DELETED</text:p></text:tracked-changes><text:h>Title</text:h>
      <text:p>Sen<text:span>tinel</text:span><text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>a note</text:p></text:note-body></text:note>
        goes<text:tab/>on<text:s text:c="3"/>here<text:line-break/>new</text:p>
      <table:table table:name="T"><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table></office:text>`;
    const file = openDocument('text', body, {
      'styles.xml':
        '<office:document-styles><style:name>No</style:name><style:header><text:p>head</text:p></style:header></office:document-styles>',
    });
    expect(await placedText(file)).toBe(
      'Title\nSentinel goes\ton here\nnew\na note\na\tb\n[headers and footers] head',
    );
  });

  test('a comment is read without its author and date, which are text elsewhere', async () => {
    const body = `<office:text><text:p>on <text:date>May 5</text:date><office:annotation><dc:creator>ANN</dc:creator><dc:date>2026</dc:date><text:p>why?</text:p></office:annotation> sharp</text:p></office:text>`;
    expect(await placedText(openDocument('text', body))).toBe('on May 5 sharp\nwhy?');
  });

  test('repeated cells and rows of a sheet are read once', async () => {
    const body = `<office:spreadsheet><table:table table:name="Q3"><table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16000"><text:p>x</text:p></table:table-cell><table:table-cell/><table:table-cell><text:p>y</text:p></table:table-cell></table:table-row></table:table><table:table table:name="Q4"><table:table-row><table:table-cell><text:p>z</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>`;
    expect(await placedText(openDocument('spreadsheet', body))).toBe('[sheet Q3] x\ty\n[sheet Q4] z');
  });

  test('a presentation has its slides with their notes', async () => {
    const body = `<office:presentation>${page('one', 'n1')}${page('two', 'n2')}</office:presentation>`;
    expect(await placedText(openDocument('presentation', body))).toBe('[slide 1] one\nn1\n[slide 2] two\nn2');
  });

  test('a document with a password is encrypted', async () => {
    const manifest =
      '<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>';
    const file = openDocument('text', '', { 'META-INF/manifest.xml': manifest });
    expect(await placedText(file)).toBe('problem: encrypted');
  });
});

const CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>';
const OPF = `<package><manifest><item id="b" href="b%20c.xhtml" media-type="application/xhtml+xml"/><item id="a" href="../a.xhtml" media-type="application/xhtml+xml"/><item id="i" href="i.png" media-type="image/png"/></manifest><spine><itemref idref="a"/><itemref idref="i"/><itemref idref="b"/></spine></package>`;
const BOOK = {
  mimetype: 'application/epub+zip',
  'META-INF/container.xml': CONTAINER,
  'OPS/book.opf': OPF,
  'OPS/b c.xhtml': '<html><body><p>second</p></body></html>',
  'a.xhtml': '<html><body><p>fir<b>st</b></p></body></html>',
};
const protectedBook = (...parts: string[]): Buffer =>
  zipFile({
    ...BOOK,
    'META-INF/encryption.xml': `<encryption>${parts.map((part) => `<enc:CipherReference URI="${part}"/>`).join('')}</encryption>`,
  });

describe('books', () => {
  test('are read in the order of the spine', async () => {
    expect(await placedText(zipFile(BOOK))).toBe('[section 1] first\n[section 2] second');
  });

  test('are encrypted if their pages are', async () => {
    expect(await placedText(protectedBook('a.xhtml', 'OPS/b%20c.xhtml'))).toBe('problem: encrypted');
    expect(await placedText(protectedBook('fonts/f.otf'))).toContain('first');
  });
});

describe('notebooks', () => {
  test('give what was typed and what was printed as text', async () => {
    const cells = [
      { cell_type: 'markdown', source: ['# Ti', 'tle\n', 'more'] },
      { cell_type: 'code', source: '' },
      {
        cell_type: 'code',
        source: 'print(1)',
        outputs: [
          { output_type: 'stream', text: ['1\n'] },
          { output_type: 'display_data', data: { 'text/plain': 'plain', 'image/png': 'AAAA' } },
          { output_type: 'error', ename: 'KeyError', evalue: "'x'", traceback: ['NO'] },
        ],
      },
    ];
    expect(await placedText(Buffer.from(JSON.stringify({ cells })), 'notebook')).toBe(
      "[cell 1] # Title\nmore\n[cell 3] print(1)\n1\nplain\nKeyError: 'x'",
    );
  });

  test('of version 3 are read, others are malformed', async () => {
    const old = { worksheets: [{ cells: [{ input: 'x = 1' }] }] };
    expect(await placedText(Buffer.from(JSON.stringify(old)), 'notebook')).toBe('[cell 1] x = 1');
    for (const bad of ['{}', '[1', 'null', '{"cells": 5}'])
      expect(await placedText(Buffer.from(bad), 'notebook')).toBe('problem: malformed');
  });
});
