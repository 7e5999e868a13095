/** A small copy whose answers are compared word by word, three hours after it was current. */
import { OPENED_AT } from './stores';
import { openSmallCopy, type SmallCopy } from './small-copy';

export const TERMINAL = { columns: 80 };
export const AS_OF = 'as of 2026-01-01 00:00:00 +00:00 (3 h ago)';

export const linesOf = (text: string): string[] => text.trimEnd().split('\n');

/** Opens the copy for the tests of a file. `shown` and `piped` run a command that succeeds and return its lines. */
export function usePrintedCopy() {
  let copy: SmallCopy;
  beforeAll(() => {
    copy = openSmallCopy();
  });
  afterAll(() => copy.close());
  beforeEach(() => {
    jest.spyOn(Date, 'now').mockReturnValue(OPENED_AT + 3 * 3_600_000);
  });
  afterEach(() => jest.restoreAllMocks());

  const linesOn = async (args: string[], terminal?: typeof TERMINAL): Promise<string[]> => {
    const { code, stdout } = await copy.run(args, terminal);
    expect(code).toBe(0);
    return linesOf(stdout);
  };
  return {
    get home() {
      return copy.home;
    },
    run: async (...given: Parameters<SmallCopy['run']>) => await copy.run(...given),
    shown: async (...args: string[]) => await linesOn(args, TERMINAL),
    piped: async (...args: string[]) => await linesOn(args),
  };
}
