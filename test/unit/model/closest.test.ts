import { closest } from '../../../src/model/closest';

const WORDS = ['type', 'owner', 'before', 'is'];

test.each([
  ['tpye', 'type'],
  ['typ', 'type'],
  ['ower', 'owner'],
  ['befor', 'before'],
  ['bofere', 'before'],
  ['iss', 'is'],
  ['type', 'type'],
  ['color', undefined],
  ['c', undefined],
  ['', undefined],
])('%s is probably %s', (typed, meant) => {
  expect(closest(typed, WORDS)).toBe(meant);
});
