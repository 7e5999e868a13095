import * as fc from 'fast-check';
import { Best } from '../../../src/queries/search/best';

interface Thing {
  rank: number;
  number: number;
}
const byRank = (a: Thing, b: Thing) => a.rank - b.rank;

test('the best of all are kept in order, the earlier of equals first, and few are held', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 5_000 }),
      fc.integer({ min: 1, max: 50 }),
      (ranks, most) => {
        const things = ranks.map((rank, number) => ({ rank, number }));
        const best = new Best(most, byRank);
        for (const thing of things) {
          best.add(thing);
          expect(best.held).toBeLessThan(most + 1_000);
        }
        expect(best.list()).toEqual(things.toSorted(byRank).slice(0, most));
      },
    ),
    { numRuns: 30, examples: [[Array.from({ length: 5_000 }, (_, at) => (at * 7) % 20), 10]] },
  );
});
