import { extractInto } from '../../../src/content/extract/extractors';
import { mailExtractor } from '../../../src/content/extract/mail';
import { extracted, extractedText, problemWith } from '../../support/extracted';
import { pdfFile, pdfText } from '../../support/pdf-file';

/** A loop would not end at all; a busy machine needs its time. */
const HOSTILE_LIMIT_MS = 120_000;

const extractMail = mailExtractor(extractInto);
const lines = (...parts: string[]) => parts.join('\r\n');
const base64 = (bytes: Buffer) => bytes.toString('base64').replaceAll(/.{76}/g, '$&\r\n');

function attached(type: string, name: string, bytes: Buffer): string {
  return lines(
    `Content-Type: ${type}`,
    `Content-Disposition: attachment; filename="${name}"`,
    'Content-Transfer-Encoding: base64',
    '',
    base64(bytes),
  );
}

function mixed(...parts: string[]): string {
  return [
    'From: Ada <ada@example.com>',
    'Subject: Offer',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=edge',
    '',
    ...parts.map((part) => lines('--edge', part)),
    '--edge--',
    '',
  ].join('\r\n');
}

const BODY = lines('Content-Type: text/plain', '', 'see attached');

test('headers that people read, and the text', async () => {
  const mail = lines(
    'From: =?utf-8?q?J=C3=BCrgen?= <j@example.com>',
    'To: Ada <ada@example.com>, Team: b@example.com, c@example.com;',
    'Cc: d@example.com',
    'Date: Tue, 1 Dec 2026 10:00:00 +0100',
    'Subject: =?iso-8859-1?q?Gr=FC=DFe?=',
    'X-Spam: secret',
    'Content-Type: text/plain; charset=iso-8859-1',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'K=F6ln ist sch=\r\n=F6n.',
  );
  expect((await extractedText(extractMail, mail)).trim()).toBe(
    [
      'Subject: Grüße',
      'From: Jürgen <j@example.com>',
      'To: Ada <ada@example.com>, Team b@example.com c@example.com',
      'Cc: d@example.com',
      'Date: 2026-12-01T09:00:00.000Z',
      'Köln ist schön.',
    ].join('\n'),
  );
});

test('a plain text that only announces the page does not hide it', async () => {
  const mail = lines(
    'Content-Type: multipart/alternative; boundary=inner',
    '',
    '--inner',
    'Content-Type: text/plain',
    '',
    'See the page.',
    '--inner',
    'Content-Type: text/html',
    '',
    '<p>Your order of three lamps was sent today.</p>',
    '--inner--',
  );
  expect(await extractedText(extractMail, mail)).toBe(
    'See the page.\nYour order of three lamps was sent today.',
  );
});

test('of two alternatives the plain text is taken', async () => {
  const mail = mixed(
    lines(
      'Content-Type: multipart/alternative; boundary=inner',
      '',
      '--inner',
      'Content-Type: text/plain',
      '',
      'plain words',
      '--inner',
      'Content-Type: text/html',
      '',
      '<p>rich words</p>',
      '--inner--',
    ),
  );
  const text = await extractedText(extractMail, mail);
  expect(text).toContain('plain words');
  expect(text).not.toContain('rich');
});

test('a page is read if there is no plain text', async () => {
  const mail = lines('Subject: x', 'Content-Type: text/html', '', '<p>in<b>voice</b></p><style>y</style>');
  expect(await extractedText(extractMail, mail)).toBe('Subject: x\ninvoice');
});

test('attachments are read, and have their places', async () => {
  const { text, marks } = await extracted(
    extractMail,
    mixed(
      BODY,
      attached('application/pdf', 'a.pdf', pdfFile([pdfText('page one'), pdfText('page two')])),
      attached('application/octet-stream', 'b.csv', Buffer.from('x,y\n1,2')),
      attached('image/png', 'c.png', Buffer.from('\x89PNG', 'latin1')),
    ),
  );
  expect(text).toBe(
    'Subject: Offer\nFrom: Ada <ada@example.com>\nsee attached\na.pdf\npage one\npage two\nb.csv\nx\ty\n1\t2\nc.png',
  );
  expect(marks.map(({ at, label }) => [label, text.slice(at).split('\n', 1)[0]])).toEqual([
    ['attachment a.pdf', 'a.pdf'],
    ['attachment a.pdf, p. 1', 'page one'],
    ['attachment a.pdf, p. 2', 'page two'],
    ['attachment b.csv', 'b.csv'],
    ['attachment c.png', 'c.png'],
  ]);
});

test('a damaged attachment leaves the mail and the next attachment', async () => {
  const mail = mixed(
    BODY,
    attached('application/pdf', 'bad.pdf', Buffer.from('%PDF-1.4 nothing')),
    attached('text/plain', 'good.txt', Buffer.from('good text')),
  );
  expect(await extractedText(extractMail, mail)).toMatch(/see attached\nbad\.pdf\ngood\.txt\ngood text$/);
});

function forwarded(depth: number): string {
  return depth === 0
    ? lines('Subject: innermost', '', 'deepest words')
    : mixed(
        lines('Content-Type: text/plain', '', `level ${depth}`),
        lines('Content-Type: message/rfc822', '', forwarded(depth - 1)),
      ).replaceAll('edge', `edge${depth}`);
}

test('forwarded messages are read ten deep', async () => {
  const ten = await extracted(extractMail, forwarded(10));
  expect(ten.text).toContain('deepest words');
  expect(ten.marks[0]?.label).toBe('attachment message');
  const eleven = await extracted(extractMail, forwarded(11));
  expect(eleven.text).toContain('level 1');
  expect(eleven.text).not.toContain('deepest words');
  expect(eleven.truncated).toBe(true);
});

test('quotes and signs of windows-1252 stay', async () => {
  const mail = 'Subject: x\r\nContent-Type: text/plain; charset=windows-1252\r\n\r\nit\x92s 5 \x80';
  expect(await extractedText(extractMail, Buffer.from(mail, 'latin1'))).toMatch(/it’s 5 €\s*$/);
});

test('more than 25 MB need too much memory', async () => {
  expect(await problemWith(extractMail, Buffer.alloc(25 * 1024 * 1024 + 1, 'x'))).toBe('memory');
});

function nestedParts(depth: number): string {
  const parts = Array.from({ length: depth }, (_, level) =>
    lines(`Content-Type: multipart/mixed; boundary=b${level}`, '', `--b${level}`),
  );
  return ['Subject: deep', ...parts, '', 'end'].join('\r\n');
}

describe('hostile mail ends in time', () => {
  test.each<[string, string, string | undefined]>([
    ['10,000 parts deep', nestedParts(10_000), 'malformed'],
    ['10,000 messages deep', 'Content-Type: message/rfc822\r\n\r\n'.repeat(10_000), undefined],
    ['a million headers', 'A: b\r\n'.repeat(1_000_000), 'malformed'],
    ['a million recipients', `To: ${'a@b.c,'.repeat(300_000)}\r\n\r\nx`, undefined],
    ['a subject of encoded words', `Subject: ${'=?utf-8?q?a?='.repeat(100_000)}\r\n\r\nx`, undefined],
    ['100,000 parts', mixed(...Array.from({ length: 100_000 }, () => BODY)), 'malformed'],
    [
      '100,000 attachments',
      mixed(...Array.from({ length: 100_000 }, () => attached('text/plain', 'a.txt', Buffer.from('a')))),
      'malformed',
    ],
  ])(
    '%s',
    async (_, mail, problem) => {
      expect(await problemWith(extractMail, mail)).toBe(problem);
    },
    HOSTILE_LIMIT_MS,
  );
});
