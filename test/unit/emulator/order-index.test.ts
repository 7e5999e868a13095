import * as fc from 'fast-check';
import { OrderIndex } from '../../../emulator/corpus/order-index';
import { LivingOrder } from '../../../emulator/corpus/living-order';
import { scramble, unscramble } from '../../../emulator/corpus/hash';
import { instant } from '../../../emulator/corpus/instant';
import { decodeId, encodeId } from '../../../emulator/corpus/file-id';

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

  test('an order that changes is always that of its slots, in both directions and from any place', () => {
    const acts = fc.array(fc.record({ slot: fc.nat(39), primary: fc.nat(9) }), { maxLength: 120 });
    fc.assert(
      fc.property(acts, fc.nat(10), fc.nat(10), fc.boolean(), (changes, from, to, descending) => {
        const primaries = new Map(Array.from({ length: 20 }, (_, slot) => [slot, slot % 7]));
        const keys = { primary: (slot: number) => primaries.get(slot) ?? 0, key: scramble };
        const first = new Map(primaries);
        const index = new OrderIndex(20, { primary: (slot) => first.get(slot) ?? 0, key: scramble });
        const moved = new Set<number>();
        const order = new LivingOrder(() => index, keys, moved);
        for (const { slot, primary } of changes) {
          if (moved.has(slot) || (slot >= 20 && primaries.has(slot))) order.remove(slot);
          primaries.set(slot, primary);
          if (slot < 20) moved.add(slot);
          order.add(slot);
        }
        const rising = [...primaries.keys()]
          .filter((slot) => keys.primary(slot) >= from && keys.primary(slot) < to)
          .toSorted((a, b) => keys.primary(a) - keys.primary(b) || scramble(a) - scramble(b));
        const expected = descending ? rising.toReversed() : rising;
        const walk = (after?: number): number[] => {
          const place =
            after === undefined ? undefined : { primary: keys.primary(after), key: scramble(after) };
          const next = order.walk({ from, to, descending, after: place });
          return Array.from({ length: 41 }, next).filter((slot) => slot >= 0);
        };
        expect(walk()).toEqual(expected);
        for (const [place, slot] of expected.entries()) expect(walk(slot)).toEqual(expected.slice(place + 1));
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
