import * as fc from 'fast-check';
import { OrderIndex } from '../../../src/emulator/corpus/order-index';
import { scramble, unscramble } from '../../../src/emulator/corpus/hash';
import { instant } from '../../../src/emulator/corpus/instant';
import { decodeId, encodeId } from '../../../src/emulator/corpus/file-id';

const UINT32 = fc.integer({ min: 0, max: 0xffff_ffff });

describe('emulator: order and identity', () => {
  test('an index is sorted by both keys, and finds every place', () => {
    const primaries = fc.array(fc.oneof(fc.nat(3), fc.maxSafeNat()), { maxLength: 60 });
    fc.assert(
      fc.property(primaries, (values) => {
        const index = new OrderIndex(values.length, { primary: (slot) => values[slot] ?? 0, key: scramble });
        const slots = Array.from({ length: index.length }, (_, place) => index.at(place));
        const expected = [...values.keys()].toSorted(
          (a, b) => (values[a] ?? 0) - (values[b] ?? 0) || scramble(a) - scramble(b),
        );
        expect(slots).toEqual(expected);
        for (const [place, slot] of slots.entries())
          expect(index.before(values[slot] ?? 0, scramble(slot))).toBe(place);
      }),
    );
  });

  test('scrambling can be undone', () => {
    fc.assert(fc.property(UINT32, (value) => unscramble(scramble(value)) === value));
  });

  test('an id gives its key back, but only with its seed', () => {
    fc.assert(
      fc.property(UINT32, UINT32, (seed, key) => {
        expect(decodeId(seed, encodeId(seed, key))).toBe(key);
        expect(decodeId(seed ^ 1, encodeId(seed, key))).toBeUndefined();
      }),
    );
  });

  test('any text is an id or not, without an error', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 33, maxLength: 33 }), (text) => decodeId(1, text) === undefined),
    );
  });

  test('instants are written as the language writes them', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(-62135596800000), max: new Date(253402300799999), noInvalidDate: true }),
        (date) => instant(date.getTime()) === date.toISOString(),
      ),
    );
  });
});
