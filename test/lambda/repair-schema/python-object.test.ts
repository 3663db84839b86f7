import { readObject } from '../../../lambda/repair-schema/python-object';

const FUNCTION = `CREATE OR REPLACE FUNCTION "shop".combine_json_list(s varchar(65535))
RETURNS varchar(65535) STABLE AS $$
  import json  # a comment that says: language plpythonu;
  return s
$$ LANGUAGE plpythonu;`;
const PROCEDURE = 'CREATE OR REPLACE PROCEDURE shop.sp_scan_metadata() AS $$ BEGIN NULL; END; $$ LANGUAGE plpgsql;';

describe('An object of the list of a schema', () => {
  test('is left alone without Python in it', () => {
    expect(readObject(PROCEDURE, 'shop')).toEqual({ is: 'other' });
    expect(readObject('CREATE TABLE shop.event_v2 (language varchar)', 'shop')).toEqual({ is: 'other' });
  });

  test.each([
    ['as the solution writes it', FUNCTION],
    [
      'in other letters',
      FUNCTION.replace('CREATE OR REPLACE FUNCTION', 'create or replace function').replace('LANGUAGE', 'language'),
    ],
    ['without a schema', FUNCTION.replace('"shop".', '')],
    ['behind comments', `-- made by the solution\n/* twice */\n${FUNCTION}`],
    [
      'with the volatility behind its body',
      FUNCTION.replace(' STABLE AS', ' AS').replace('$$ LANGUAGE', () => '$$ STABLE LANGUAGE'),
    ],
    ['with its body between tagged quotes', FUNCTION.replaceAll('$$', '$body$')],
    ['with its language in quotes', FUNCTION.replace('LANGUAGE plpythonu', "LANGUAGE 'plpythonu'")],
    [
      'with an explanation between its result and its body',
      FUNCTION.replace(' STABLE AS', () => '\n/* e.g. {"a": "it\'s $$ (1)"} */\n-- as $$ says\nSTABLE\nAS'),
    ],
    ['with a comment behind its body', FUNCTION.replace('$$ LANGUAGE', () => '$$ /* as ever */ LANGUAGE')],
    ['without an end', FUNCTION.replace(/;$/, '')],
  ])('is a function that is known, %s', (_, text) => {
    expect(readObject(text, 'shop')).toEqual({ is: 'python', name: 'combine_json_list', rest: '' });
  });

  test('keeps the procedure that stands behind the function, word for word', () => {
    expect(readObject(`${FUNCTION}\n\n-- scans\n${PROCEDURE}\n`, 'shop')).toEqual({
      is: 'python',
      name: 'combine_json_list',
      rest: `-- scans\n${PROCEDURE}`,
    });
  });

  test('has as many arguments as are declared', () => {
    const three = 'url varchar(65535), referrer character varying(65535), latest_referrer VARCHAR(MAX)';
    const text = FUNCTION.replace('combine_json_list(s varchar(65535))', `parse_utm_from_url(${three})`);
    expect(readObject(text, 'shop')).toMatchObject({ is: 'python', name: 'parse_utm_from_url' });
  });

  test.each([
    ['a function that nobody knows', FUNCTION.replace('combine_json_list', 'combine_json_lists'), 'combine_json_lists'],
    ['one of another schema', FUNCTION.replace('"shop"', 'other'), 'schema other'],
    [
      'one with another number of arguments',
      FUNCTION.replace('(s varchar(65535))', '(s varchar(65535), t varchar(65535))'),
      '2 arguments',
    ],
    ['one with an argument of another type', FUNCTION.replace('(s varchar(65535))', '(s integer)'), 's integer'],
    ['one that returns another type', FUNCTION.replace('RETURNS varchar(65535)', 'RETURNS integer'), 'otherwise'],
    ['one without a body', FUNCTION.replaceAll('$$', "'"), 'no body'],
    ['a second Python function behind the first', `${FUNCTION}\n${FUNCTION}`, 'another Python function'],
    ['something else behind it', `${FUNCTION}\nDROP TABLE shop.event_v2;`, 'something else'],
    ['a procedure in Python', FUNCTION.replace('FUNCTION', 'PROCEDURE'), 'not CREATE OR REPLACE FUNCTION'],
    ['a function without OR REPLACE', FUNCTION.replace('OR REPLACE ', ''), 'not CREATE OR REPLACE FUNCTION'],
    [
      'the language before the body',
      FUNCTION.replace(' AS $$', () => ' LANGUAGE plpythonu AS $$').replace('$$ LANGUAGE plpythonu', () => '$$'),
      'otherwise',
    ],
  ])('is unknown where it is %s', (_, text, word) => {
    const object = readObject(text, 'shop');
    expect(object).toMatchObject({ is: 'unknown' });
    expect(object.is === 'unknown' ? object.why : '').toContain(word);
  });
});
