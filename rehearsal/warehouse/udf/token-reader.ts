import { type SqlToken, identifierOf } from '../postgres/sql-tokens';

/** Reads the tokens of a statement one after the other; what does not fit is a syntax error in PostgreSQL 8's words. */
export class TokenReader {
  private at = 0;

  /** @param tokens significant ones only */
  constructor(private readonly tokens: readonly SqlToken[]) {}

  peek(): SqlToken | undefined {
    return this.tokens[this.at];
  }

  next(): SqlToken | undefined {
    const token = this.tokens[this.at];
    this.at += 1;
    return token;
  }

  /** Takes a word or a symbol if it is the next token. */
  took(word: string): boolean {
    const token = this.peek();
    if (token === undefined || (token.kind !== 'word' && token.kind !== 'symbol')) return false;
    if (token.text.toLowerCase() !== word) return false;
    this.at += 1;
    return true;
  }

  /** Takes all of these words, or none. */
  tookAll(...words: string[]): boolean {
    const start = this.at;
    if (words.every((word) => this.took(word))) return true;
    this.at = start;
    return false;
  }

  take(word: string): void {
    if (!this.took(word)) throw syntaxError(this.peek());
  }

  identifier(): string {
    const name = identifierOf(this.peek());
    if (name === undefined) throw syntaxError(this.peek());
    this.at += 1;
    return name;
  }

  /** A plain literal. */
  text(): string {
    const token = this.peek();
    if (token?.kind !== 'string' || !token.text.startsWith("'")) throw syntaxError(token);
    this.at += 1;
    return token.text.slice(1, -1).replaceAll("''", "'");
  }

  /** A whole number. */
  number(): number {
    const token = this.peek();
    if (token?.kind !== 'number' || !/^\d+$/.test(token.text)) throw syntaxError(token);
    this.at += 1;
    return Number(token.text);
  }

  end(): void {
    if (this.peek() !== undefined) throw syntaxError(this.peek());
  }
}

export function syntaxError(token: SqlToken | undefined): Error {
  return new Error(token === undefined ? 'syntax error at end of input' : `syntax error at or near "${token.text}"`);
}
