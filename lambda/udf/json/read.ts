import { PythonError } from '../python/error';
import type { JsonObject, JsonValue } from './value';

/**
 * Python 2.7 gives up at about this depth (992 under the interpreter, less under each caller), and so do we, long before
 * JavaScript's stack ends.
 */
export const MAX_DEPTH = 990;

/**
 * Reads JSON as Python 2.7's `json.loads` does: the class of numbers is kept, of two members of one name the last is taken,
 * `NaN` and `Infinity` are numbers, control characters in strings are refused.
 * @throws PythonError TypeError for NULL, ValueError for what is no JSON, RuntimeError for what is nested too deep
 */
export function readJson(text: string | null): JsonValue {
  if (text === null) throw new PythonError('TypeError', 'expected string or buffer');
  return new Reader(text).read();
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const WHITE_SPACE = /[ \t\n\r]*/y;
/** Up to the end of the string, an escape, or what may not be in one. */
const PLAIN = /[^"\\\x00-\x1f]*/y;
const HEX = /[0-9a-fA-F]{4}/y;

const CONSTANTS: ReadonlyMap<string, readonly [word: string, value: JsonValue]> = new Map([
  ['n', ['null', null]],
  ['t', ['true', true]],
  ['f', ['false', false]],
  ['N', ['NaN', NaN]],
  ['I', ['Infinity', Infinity]],
]);

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ...['"', '\\', '/'].map((character): [string, string] => [character, character]),
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

class Reader {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  read(): JsonValue {
    this.skipWhiteSpace();
    const value = this.value();
    this.skipWhiteSpace();
    if (this.at < this.text.length) throw notJson('there is something after the value', this.at);
    return value;
  }

  private value(): JsonValue {
    const first = this.text[this.at] ?? '';
    switch (first) {
      case '"':
        this.at += 1;
        return this.string();
      case '{':
        return this.nested(() => this.object());
      case '[':
        return this.nested(() => this.array());
    }
    const [word, constant] = CONSTANTS.get(first) ?? ['', null];
    if (word !== '' && this.text.startsWith(word, this.at)) {
      this.at += word.length;
      return constant;
    }
    return this.number();
  }

  private nested<T>(read: () => T): T {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new PythonError('RuntimeError', 'maximum recursion depth exceeded');
    this.at += 1;
    this.skipWhiteSpace();
    const value = read();
    this.depth -= 1;
    return value;
  }

  private object(): JsonObject {
    const members: JsonObject = new Map();
    if (this.took('}')) return members;
    for (;;) {
      this.take('"');
      const name = this.string();
      this.skipWhiteSpace();
      this.take(':');
      this.skipWhiteSpace();
      members.set(name, this.value());
      this.skipWhiteSpace();
      if (this.took('}')) return members;
      this.take(',');
      this.skipWhiteSpace();
    }
  }

  private array(): JsonValue[] {
    const elements: JsonValue[] = [];
    if (this.took(']')) return elements;
    for (;;) {
      elements.push(this.value());
      this.skipWhiteSpace();
      if (this.took(']')) return elements;
      this.take(',');
      this.skipWhiteSpace();
    }
  }

  /** Its opening quote has been taken. */
  private string(): string {
    let string = '';
    for (;;) {
      string += this.match(PLAIN)?.[0] ?? '';
      if (this.took('"')) return string;
      this.take('\\');
      string += this.escaped();
    }
  }

  private escaped(): string {
    if (this.took('u')) {
      const code = this.match(HEX)?.[0];
      if (code === undefined) throw notJson('four hexadecimal digits were expected', this.at);
      // Halves of a pair find together, as they do in Python.
      return String.fromCharCode(parseInt(code, 16));
    }
    const character = ESCAPES.get(this.text[this.at] ?? '');
    if (character === undefined) throw notJson('there is no such escape', this.at);
    this.at += 1;
    return character;
  }

  private number(): JsonValue {
    const found = this.match(NUMBER);
    if (found !== undefined) {
      const [number, fraction, exponent] = found;
      return fraction === undefined && exponent === undefined ? BigInt(number) : Number(number);
    }
    if (this.text.startsWith('-Infinity', this.at)) {
      this.at += '-Infinity'.length;
      return -Infinity;
    }
    throw notJson('a value was expected', this.at);
  }

  private skipWhiteSpace(): void {
    this.match(WHITE_SPACE);
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.at = pattern.lastIndex;
    return found;
  }

  private took(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private take(character: string): void {
    if (!this.took(character)) throw notJson(`${character} was expected`, this.at);
  }
}

function notJson(what: string, at: number): PythonError {
  return new PythonError('ValueError', `no JSON: ${what} at character ${at}`);
}
