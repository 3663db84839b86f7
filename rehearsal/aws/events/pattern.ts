/** An event as its rules see it: any JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Leaf = string | number | boolean | null;
/** Values found at one place of an event: none where it is absent, several where it is a list. */
type LeafTest = (values: readonly Leaf[]) => boolean;
type EventTest = (event: Json | undefined) => boolean;

/**
 * Makes a test of an event pattern: every member has to be there with one of the values listed for it.
 * Source: EventBridge User Guide, eb-event-patterns and eb-create-pattern-operators
 *
 * @throws Error for what EventBridge refuses, and for operators that are not simulated
 */
export function compilePattern(pattern: unknown): EventTest {
  if (!isObject(pattern) || Object.keys(pattern).length === 0) throw invalid('it is no object with members', pattern);
  return members(pattern);
}

function members(pattern: Readonly<Record<string, unknown>>): EventTest {
  const tests = Object.entries(pattern).map(([key, wanted]): EventTest => {
    if (key === '$or') return alternatives(wanted);
    const test = Array.isArray(wanted) ? leaf(wanted) : nested(key, wanted);
    return (event) => test(isObject(event) ? event[key] : undefined);
  });
  return (event) => tests.every((test) => test(event));
}

function alternatives(wanted: unknown): EventTest {
  if (!Array.isArray(wanted) || wanted.length < 2 || !wanted.every(isObject)) {
    throw invalid('$or takes a list of at least two patterns', wanted);
  }
  const tests = wanted.map(members);
  return (event) => tests.some((test) => test(event));
}

function nested(key: string, wanted: unknown): EventTest {
  if (!isObject(wanted) || Object.keys(wanted).length === 0)
    throw invalid(`"${key}" must be an object or a list`, wanted);
  const test = members(wanted);
  // Of a list of objects, one that fits is enough.
  return (event) => (Array.isArray(event) ? event.some((item: Json) => test(item)) : test(event));
}

function leaf(wanted: readonly unknown[]): EventTest {
  if (wanted.length === 0) throw invalid('empty lists are not allowed', wanted);
  const tests = wanted.map(valueTest);
  return (event) => {
    const values = leaves(event);
    return tests.some((test) => test(values));
  };
}

function leaves(value: Json | undefined): Leaf[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item: Json) => leaves(item));
  return isObject(value) ? [] : [value as Leaf];
}

function valueTest(wanted: unknown): LeafTest {
  if (isLeaf(wanted)) return (values) => values.includes(wanted);
  if (!isObject(wanted)) throw invalid('a value, or an object with one operator, is expected', wanted);
  const [[operator, argument] = ['', undefined], ...others] = Object.entries(wanted);
  if (others.length > 0) throw invalid('an operator stands alone', wanted);
  if (operator === 'exists') {
    if (typeof argument !== 'boolean') throw invalid('exists takes true or false', argument);
    return (values) => values.length > 0 === argument;
  }
  if (operator === 'anything-but') {
    const refused = anythingBut(argument);
    return (values) => values.some((value) => !refused(value));
  }
  if (operator === 'numeric') {
    const test = numeric(argument);
    return (values) => values.some((value) => typeof value === 'number' && test(value));
  }
  const test = textTest(operator, argument);
  return (values) => values.some((value) => typeof value === 'string' && test(value));
}

/** What an `anything-but` excludes: values, or one of the operators over texts with one or several arguments. */
function anythingBut(argument: unknown): (value: Leaf) => boolean {
  if (isObject(argument)) {
    const [[operator, inner] = ['', undefined], ...others] = Object.entries(argument);
    if (others.length > 0) throw invalid('an operator stands alone', argument);
    const tests = [inner].flat().map((text) => textTest(operator, text));
    return (value) => typeof value === 'string' && tests.some((test) => test(value));
  }
  const refused: unknown[] = [argument].flat();
  if (refused.length === 0 || !refused.every(isLeaf)) throw invalid('anything-but takes values', argument);
  return (value) => refused.includes(value);
}

function textTest(operator: string, argument: unknown): (value: string) => boolean {
  if ((operator === 'prefix' || operator === 'suffix') && isObject(argument)) {
    const test = textTest(operator, lower(argument['equals-ignore-case']));
    return (value) => test(value.toLowerCase());
  }
  if (typeof argument !== 'string' || argument === '') throw invalid(`${operator} takes a text`, argument);
  switch (operator) {
    case 'prefix':
      return (value) => value.startsWith(argument);
    case 'suffix':
      return (value) => value.endsWith(argument);
    case 'equals-ignore-case':
      return (value) => value.toLowerCase() === argument.toLowerCase();
    case 'wildcard':
      return wildcard(argument);
    default:
      // EventBridge: "Unrecognized match type"; cidr, or one that is newer than this.
      throw new Error(`The rehearsal does not simulate the match type ${operator} of event patterns`);
  }
}

/** `*` stands for any characters; a backslash makes the next character a plain one. Two in a row are refused. */
function wildcard(pattern: string): (value: string) => boolean {
  if (/(^|[^\\])\*\*/.test(pattern)) throw invalid('consecutive wildcard characters', pattern);
  const source = pattern.replace(/\\(.)|([*])|([.+?^${}()|[\]\\])/gs, (_all, escaped, star, special) => {
    if (star !== undefined) return '.*';
    const plain = String(escaped ?? special);
    return /\w/.test(plain) ? plain : `\\${plain}`;
  });
  const test = new RegExp(`^${source}$`, 's');
  return (value) => test.test(value);
}

function numeric(argument: unknown): (value: number) => boolean {
  const parts: unknown[] = Array.isArray(argument) ? argument : [];
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const [operator, bound] = [parts[index], parts[index + 1]];
    if (typeof bound !== 'number') throw invalid('numeric takes operators and numbers in turn', argument);
    tests.push(comparison(operator, bound));
  }
  if (tests.length === 0 || tests.length > 2) throw invalid('numeric takes one bound or two', argument);
  return (value) => tests.every((test) => test(value));
}

function comparison(operator: unknown, bound: number): (value: number) => boolean {
  switch (operator) {
    case '=':
      return (value) => value === bound;
    case '<':
      return (value) => value < bound;
    case '<=':
      return (value) => value <= bound;
    case '>':
      return (value) => value > bound;
    case '>=':
      return (value) => value >= bound;
    default:
      throw invalid('an unknown comparison', operator);
  }
}

function lower(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function isLeaf(value: unknown): value is Leaf {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject<T>(value: T): value is T & Record<string, T extends Json | undefined ? Json : unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Source: EventBridge API Reference, InvalidEventPatternException */
function invalid(reason: string, found: unknown): Error {
  return new Error(`Event pattern is not valid. Reason: ${reason}, found ${JSON.stringify(found)}`);
}
