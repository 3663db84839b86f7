import { foundFunctions } from '../../../lambda/repair-schema/found-functions';
import { REPLACED_NAMES } from '../../../lambda/shared/udf/functions';

const all = (language: string): Map<string, string> => new Map(REPLACED_NAMES.map((name) => [name, language]));
const NONE = new Set<string>();

describe('The functions that a schema has', () => {
  test('are replaced where all of them are external', () => {
    expect(foundFunctions(all('exfunc'), NONE)).toEqual({
      present: REPLACED_NAMES,
      external: REPLACED_NAMES,
      unreplaced: [],
    });
  });

  test.each(['plpythonu', 'sql', 'plpgsql'])('are not in any other language: %s', (language) => {
    const { external, unreplaced } = foundFunctions(all(language), NONE);
    expect(external).toEqual([]);
    expect(unreplaced).toEqual(REPLACED_NAMES.map((name) => `${name} is written in ${language}`));
  });

  test('may be missing only where a clean-up has dropped them', () => {
    const [kept = '', ...dropped] = REPLACED_NAMES;
    const left = new Map([[kept, 'exfunc']]);
    expect(foundFunctions(left, new Set(dropped)).unreplaced).toEqual([]);
    expect(foundFunctions(left, NONE).unreplaced).toEqual(dropped.map((name) => `${name} is not there`));
    expect(foundFunctions(new Map(), new Set(dropped)).unreplaced).toEqual([`${kept} is not there`]);
  });

  test('do not count as dropped once they are there again', () => {
    const { unreplaced } = foundFunctions(all('plpythonu'), new Set(REPLACED_NAMES));
    expect(unreplaced).toHaveLength(REPLACED_NAMES.length);
  });
});
