import * as fc from 'fast-check';
import { isSame, jsonWriter } from '../../../src/model/json-value';

/** Few values, so that equal ones and nearly equal ones are frequent. */
const fewValues = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, 0, 1, '', 'a', '"\\\n', '\u2028é😀', '\uD800'),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', '1', '__proto__', 'toString'), tie('value'), { maxKeys: 3 }),
  ),
}));

/** As a parser gives it: `__proto__` is a field like any other. */
function parsed(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** By definition, slowly. */
function sortedText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${sortedText(inner)}`);
  return `{${members.join(',')}}`;
}

test('values are the same exactly if they are equal text with sorted keys', () => {
  const agrees = fc.property(fewValues.value, fewValues.value, (a, b) => {
    const [one, other] = [parsed(a), parsed(b)];
    expect(isSame(one, other)).toBe(sortedText(one) === sortedText(other));
    expect(isSame(one, parsed(a))).toBe(true);
  });
  fc.assert(agrees, { numRuns: 2_000 });
});

test('a writer gives every value its own text, whatever it wrote before', () => {
  const writes = fc.property(fc.array(fewValues.value, { maxLength: 8 }), (values) => {
    const write = jsonWriter();
    for (const value of values.map(parsed)) expect(write(value)).toBe(sortedText(value));
  });
  fc.assert(writes, { numRuns: 500 });
});

test.each([
  [{ a: 1, b: [{ x: 1, y: null }] }, { b: [{ y: null, x: 1 }], a: 1 }, true],
  [{ a: 1 }, { a: 1, b: 2 }, false],
  [{ a: 1, b: 2 }, { a: 1 }, false],
  [JSON.parse('{"__proto__":{}}'), { x: 1 }, false],
  [{}, [], false],
  [[], {}, false],
  [['a'], ['a', 'b'], false],
  [null, {}, false],
  ['1', 1, false],
])('%j and %j are the same: %p', (a, b, same) => {
  expect(isSame(a, b)).toBe(same);
});
