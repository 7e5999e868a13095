import * as fc from 'fast-check';
import { jsonLine, visibleJson } from '../../../src/commands/render/json';

test.each([
  ['\u0085', String.raw`"\u0085"`],
  ['\u009b31m', String.raw`"\u009b31m"`],
  ['\u007f', String.raw`"\u007f"`],
  ['\u202egpj', String.raw`"\u202egpj"`],
  ['\u2066a\u2069', String.raw`"\u2066a\u2069"`],
  ['\u200f\u200e\u061c', String.raw`"\u200f\u200e\u061c"`],
  ['line\u2028', String.raw`"line\u2028"`],
  ['\u001b[31m\n', String.raw`"\u001b[31m\n"`],
  ['Ünïcödé 会议 👩‍👩‍👧', '"Ünïcödé 会议 👩‍👩‍👧"'],
])('%j is written as %s', (text, json) => {
  expect(jsonLine(text)).toBe(json);
  expect(JSON.parse(json)).toBe(text);
});

test('the value stays the same, whatever it is', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('\u0080', '\u202e', '\\', '"', 'u', '\u2028') }),
  );
  fc.assert(
    fc.property(fc.dictionary(text, fc.array(text)), (value) => {
      const json = JSON.stringify(value);
      const visible = visibleJson(json);
      expect(JSON.parse(visible)).toEqual(JSON.parse(json));
      expect(visible).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u);
    }),
  );
});
