import { compilePattern, type Json } from '../../../../rehearsal/aws/events/pattern';

const accepts = (pattern: unknown, event: Json): boolean => compilePattern(pattern)(event);

describe('The pattern language of EventBridge in a rehearsal', () => {
  const detail = (pattern: unknown, value?: Json): boolean =>
    accepts({ detail: { state: [pattern] } }, { detail: value === undefined ? {} : { state: value } });

  test.each<[name: string, pattern: unknown, accepted: Json[], refused: (Json | undefined)[]]>([
    ['a value', 'open', ['open', ['shut', 'open']], ['opened', undefined, null]],
    ['a number, a truth value, null', 7, [7], ['7', true]],
    ['null', null, [null], ['', undefined]],
    ['prefix', { prefix: 'arn:a/' }, ['arn:a/b'], ['arn:a', 'x arn:a/', undefined, 7]],
    ['prefix, whatever the case', { prefix: { 'equals-ignore-case': 'AB' } }, ['abc', 'ABc'], ['ba']],
    ['suffix', { suffix: '.png' }, ['a.png'], ['a.png2']],
    ['equals-ignore-case', { 'equals-ignore-case': 'Ab' }, ['aB'], ['abc']],
    ['exists', { exists: true }, ['', null, 0], [undefined]],
    ['exists: false', { exists: false }, [], ['', null, 0]],
    ['anything-but a value', { 'anything-but': 'a' }, ['b', ''], ['a', undefined]],
    ['anything-but several', { 'anything-but': ['a', 'b'] }, ['c'], ['a', 'b', undefined]],
    ['anything-but a prefix', { 'anything-but': { prefix: 'own-' } }, ['Console-1', 'my-own-'], ['own-1', undefined]],
    ['anything-but several prefixes', { 'anything-but': { prefix: ['a', 'b'] } }, ['c'], ['ab', 'ba']],
    ['wildcard', { wildcard: 'arn:*:stack/a-*/' }, ['arn:aws:stack/a-b-c/', 'arn::stack/a-/'], ['arn:aws:stack/b/']],
    ['wildcard with an escape', { wildcard: 'a\\*.b*' }, ['a*.b', 'a*.bc'], ['aa.b', 'a*xb']],
    ['numeric', { numeric: ['>', 0, '<=', 5] }, [1, 5], [0, 6, '3', undefined]],
  ])('knows %s', (_name, pattern, accepted, refused) => {
    expect(accepted.filter((value) => !detail(pattern, value))).toEqual([]);
    expect(refused.filter((value) => detail(pattern, value))).toEqual([]);
  });

  it('finds what is absent by exists: false, however deep', () => {
    expect(accepts({ detail: { a: { b: [{ exists: false }] } } }, { detail: {} })).toBe(true);
    expect(accepts({ detail: { a: { b: [{ exists: false }] } } }, { detail: { a: { b: 1 } } })).toBe(false);
  });

  it('takes one of several alternatives, beside all the other members', () => {
    const pattern = { source: ['s'], detail: { $or: [{ token: [{ exists: false }] }, { token: ['a'], x: [1] }] } };

    expect(accepts(pattern, { source: 's', detail: {} })).toBe(true);
    expect(accepts(pattern, { source: 's', detail: { token: 'a', x: 1 } })).toBe(true);
    expect(accepts(pattern, { source: 's', detail: { token: 'a' } })).toBe(false);
    expect(accepts(pattern, { source: 't', detail: {} })).toBe(false);
  });

  it('looks into lists of objects', () => {
    const pattern = { detail: { parts: { name: ['b'] } } };
    expect(accepts(pattern, { detail: { parts: [{ name: 'a' }, { name: 'b' }] } })).toBe(true);
    expect(accepts(pattern, { detail: { parts: [{ name: 'a' }] } })).toBe(false);
  });

  test.each<[string, unknown, string]>([
    ['an empty pattern', {}, 'no object with members'],
    ['an empty list', { source: [] }, 'empty lists'],
    ['a bare value', { source: 's' }, 'must be an object or a list'],
    ['two operators in one', { source: [{ prefix: 'a', suffix: 'b' }] }, 'stands alone'],
    ['one alternative', { $or: [{ source: ['s'] }] }, 'at least two'],
    ['wildcards in a row', { source: [{ wildcard: 'a**' }] }, 'consecutive wildcard'],
    ['an operator it does not know', { source: [{ cidr: '10.0.0.0/8' }] }, 'does not simulate the match type cidr'],
  ])('refuses %s', (_name, pattern, reason) => {
    expect(() => compilePattern(pattern)).toThrow(reason);
  });
});
