import fc from 'fast-check';
import { appPlan as appPlanSchema, appTarget } from '../../../../lambda/shared/plan/app-plan';
import {
  argumentTypes,
  type ArgumentType,
  identifier,
  integer,
  timestamp,
  timestampText,
} from '../../../../lambda/shared/sql/identifiers';
import { appPlan } from '../../support/fixtures';
import { INJECTIONS } from '../../support/injections';

describe('An app id', () => {
  test.each(INJECTIONS)('%j is refused by the function that quotes it', (name) => {
    expect(() => identifier(name)).toThrow(RangeError);
  });

  test.each(INJECTIONS)('%j is refused by the schemas of target and plan', (appId) => {
    const target = { region: 'eu-west-1', projectId: 'project1' };
    expect(appTarget.safeParse({ ...target, appId }).success).toBe(false);
    expect(appTarget.safeParse({ ...target, appId: 'app1' }).success).toBe(true);
    expect(appPlanSchema.safeParse({ ...appPlan(), appId }).success).toBe(false);
    expect(appPlanSchema.safeParse(appPlan()).success).toBe(true);
  });

  test('of letters, digits and underscores is quoted', () => {
    expect(identifier('app_1')).toBe('"app_1"');
    expect(identifier('a'.repeat(127))).toBe(`"${'a'.repeat(127)}"`);
  });

  test('is quoted so that nothing but the name stands between the quotes, or refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        try {
          expect(identifier(name)).toMatch(/^"[a-zA-Z][a-zA-Z0-9_]*"$/);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});

describe('A number in SQL', () => {
  test('is whole and exact, or refused', () => {
    expect(integer(31)).toBe('31');
    for (const value of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
      expect(() => integer(value)).toThrow(RangeError);
    }
  });
});

describe('A point in time in SQL', () => {
  test('is a UTC literal of whole seconds', () => {
    expect(timestamp(Date.UTC(2024, 4, 10, 1, 2, 3, 999))).toBe("TIMESTAMP '2024-05-10 01:02:03'");
    expect(timestampText(0)).toBe('1970-01-01 00:00:00');
    expect(() => timestamp(Number.NaN)).toThrow(RangeError);
    expect(() => timestamp(8.64e15 + 1)).toThrow(RangeError);
  });
});

describe('Types of arguments', () => {
  test('are named in their order, none at all for a routine without arguments', () => {
    expect(argumentTypes(['numeric', 'date', 'date'])).toBe('numeric, date, date');
    expect(argumentTypes([])).toBe('');
  });

  test.each(INJECTIONS)('%j is refused', (name) => {
    expect(() => argumentTypes([name as ArgumentType])).toThrow(RangeError);
  });
});
