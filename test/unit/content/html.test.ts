import { extractHtml } from '../../../src/content/extract/html';
import { extracted, extractedText } from '../../support/extracted';

/** A loop would not end at all; a busy machine needs its time. */
const HOSTILE_LIMIT_MS = 120_000;

test.each([
  ['blocks are lines', '<p>one</p><div>two<br>three</div>', 'one\ntwo\nthree'],
  ['a word that markup splits is one', 'in<b>vo</b><i>ice</i> <a href=x>no</a>te', 'invoice note'],
  ['wbr and soft hyphens join', 'in<wbr>vo&shy;ice', 'invoice'],
  ['spaces collapse', '  a \n\t b  <span> c </span>  d ', 'a b c d'],
  ['spaces of pre stay', '<pre>a  b\n  c</pre>d', 'a  b\n  c\nd'],
  ['entities are characters', '&lt;a&gt; &auml; &#228; &#x1F600;', '<a> ä ä 😀'],
  [
    'scripts, styles, templates and comments are none',
    '<script>x<b></script><style>y</style><template>z</template><!-- c -->text',
    'text',
  ],
  ['noscript is text', '<noscript>needs it</noscript>', 'needs it'],
  [
    'the title is text',
    '<html><head><title>Title</title><meta name=x content=y></head><body>Body',
    'Title\nBody',
  ],
  [
    'hidden elements are none',
    'a<p hidden>b<b>c</b></p><p style="color:red; DISPLAY : none">d</p><i style="visibility:hidden">e</i>f',
    'af',
  ],
  ['an unclosed hidden paragraph ends with the next', '<p hidden>a<p>b', 'b'],
  ['what only screen readers skip is text', '<p aria-hidden="true">seen</p>', 'seen'],
  ['images have names', 'a<img alt="red apple" title="fruit">b', 'a red apple fruit b'],
  ['cells are separate', '<table><tr><td>a<td>b<tr><th>c</th><td>d</td></table>', 'a\tb\nc\td'],
  ['a cut page keeps its text', '<p>kept <b>te', 'kept te'],
])('%s', async (_, html, text) => {
  expect((await extractedText(extractHtml, html)).trim()).toBe(text);
});

describe('encodings', () => {
  test('the declared one is used', async () => {
    const html = Buffer.from('<html><meta charset="iso-8859-2"><p>\xb3\xf3d\xbc', 'latin1');
    expect(await extractedText(extractHtml, html)).toBe('łódź');
  });

  test('valid UTF-8 wins over a declaration', async () => {
    expect(await extractedText(extractHtml, '<meta charset=latin1><p>Grüße')).toBe('Grüße');
  });

  test('a declaration of UTF-8 that the bytes contradict is ignored', async () => {
    const html = Buffer.from('<meta charset=utf-8><p>Gr\xfc\xdfe aus K\xf6ln', 'latin1');
    expect(await extractedText(extractHtml, html)).toBe('Grüße aus Köln');
  });
});

describe('hostile pages end in time', () => {
  const million = 1_000_000;
  test.each([
    ['a million nested elements', '<div>'.repeat(million) + 'deep'],
    ['a million nested inline elements with wrong ends', '<b></i>'.repeat(million) + 'deep'],
    ['elements closed in the wrong order', '<a><b></a></b>'.repeat(300_000) + 'deep'],
    ['closed nested elements', `${'<div>'.repeat(300_000)}deep${'</div>'.repeat(300_000)}`],
    ['an attribute of 10 MB', `<p title="${'x'.repeat(10 * million)}">deep`],
    ['a tag that never ends, after text', `deep<p ${'a '.repeat(million)}`],
    ['a style of spaces', `<p style="${'display '.repeat(100_000)}">deep`],
    ['a meta without an end', `<meta ${'<meta '.repeat(100_000)}>deep`],
  ])(
    '%s',
    async (_, html) => {
      expect((await extracted(extractHtml, html)).text).toContain('deep');
    },
    HOSTILE_LIMIT_MS,
  );
});
