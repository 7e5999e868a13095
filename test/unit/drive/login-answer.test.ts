import { readPaste, readVisit } from '../../../src/drive/auth/login-answer';

const STATE = 'own-state';
const HERE = 'http://127.0.0.1:4321/';
const CODE = '4/0AX4XfWh-a_b';
const WHOLE = `${HERE}?state=${STATE}&code=${CODE}&scope=a%20b`;
const answer = { code: CODE, isBare: false };
const bare = { code: CODE, isBare: true };

test.each([
  [WHOLE, answer],
  [`${HERE}?error=access_denied&state=${STATE}`, { error: 'access_denied' }],
  [`${HERE}?state=${STATE}`, undefined],
  [`${HERE}?state=${STATE}&code=`, undefined],
  [`${HERE}?state=other&code=${CODE}`, undefined],
  [`${HERE}?code=${CODE}`, undefined],
  [`${HERE}?error=access_denied`, undefined],
  [HERE, undefined],
])('the visit %s', (address, expected) => {
  expect(readVisit(address, STATE)).toEqual(expected);
});

test.each([
  [WHOLE, answer],
  [` "${WHOLE}"\r`, answer],
  [`\ufeff“${WHOLE}”`, answer],
  [`<${WHOLE}>`, answer],
  [`(${WHOLE}).`, answer],
  [`${WHOLE}#`, answer],
  [WHOLE.replaceAll('&', '&amp;'), answer],
  [WHOLE.replace('http://', ''), answer],
  [WHOLE.replace('127.0.0.1', 'localhost'), answer],
  [WHOLE.replace(HERE, '/'), answer],
  [`state=${STATE}&code=${encodeURIComponent(CODE)}`, answer],
  [`code=${CODE}`, bare],
  [`?code=${CODE}&scope=x`, bare],
  [CODE, bare],
  [`'${CODE}'`, bare],
  [encodeURIComponent(CODE), bare],
  [`${HERE}?error=access_denied&state=${STATE}`, { error: 'access_denied' }],
  [`${HERE}?state=other&code=${CODE}`, 'other-login'],
  [`${HERE}?state=other&error=access_denied`, 'other-login'],
  ['what?', undefined],
  ['yes', undefined],
  ['a few words that are none', undefined],
  [HERE, undefined],
  ['127.0.0.1:4321/', undefined],
  ['https://accounts.google.com/o/oauth2/v2/auth?client_id=x&state=own-state', undefined],
  ['%%%%%%%%%%%%', { code: '%%%%%%%%%%%%', isBare: true }],
])('the paste %j', (text, expected) => {
  expect(readPaste(text, STATE)).toEqual(expected);
});
