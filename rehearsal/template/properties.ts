import { isRecord, TemplateError } from './intrinsics';

/**
 * A resource's resolved properties, read with the type each must have.
 * Every property the caller does not read or explicitly lets pass is an error at `refuseOthers`.
 */
export class Properties {
  private readonly read = new Set<string>();

  constructor(
    private readonly values: Record<string, unknown>,
    readonly path: string,
  ) {}

  text(key: string): string;
  text<T>(key: string, otherwise: T): string | T;
  text<T>(key: string, ...otherwise: T[]): string | T {
    return this.typed(key, 'text', (value): value is string => typeof value === 'string', otherwise);
  }

  /** CloudFormation takes numbers as text too. */
  number(key: string, otherwise: number): number;
  number(key: string, otherwise: undefined): number | undefined;
  number(key: string, otherwise: number | undefined): number | undefined {
    const value = this.value(key);
    if (value === undefined) return otherwise;
    const number = typeof value === 'number' || typeof value === 'string' ? Number(value) : NaN;
    if (Number.isNaN(number)) throw this.wrong(key, 'a number');
    return number;
  }

  flag(key: string, otherwise = false): boolean {
    const value = this.value(key);
    if (value === undefined) return otherwise;
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    throw this.wrong(key, 'true or false');
  }

  record(key: string): Record<string, unknown>;
  record<T>(key: string, otherwise: T): Record<string, unknown> | T;
  record<T>(key: string, ...otherwise: T[]): Record<string, unknown> | T {
    return this.typed(key, 'an object', isRecord, otherwise);
  }

  /** List of objects; empty when it is not there. */
  records(key: string): Record<string, unknown>[] {
    const items = this.typed(key, 'a list', Array.isArray, [[]]) as unknown[];
    if (!items.every(isRecord)) throw this.wrong(key, 'a list of objects');
    return items;
  }

  /** List of texts; empty when it is not there. */
  texts(key: string): string[] {
    const items = this.typed(key, 'a list', Array.isArray, [[]]) as unknown[];
    if (!items.every((item): item is string => typeof item === 'string')) throw this.wrong(key, 'a list of texts');
    return items;
  }

  nested(key: string): Properties {
    return new Properties(this.record(key, {}), `${this.path}.${key}`);
  }

  has(key: string): boolean {
    return this.values[key] !== undefined;
  }

  /** Properties that may be there and make no difference to a rehearsal. */
  letPass(...keys: string[]): void {
    for (const key of keys) this.read.add(key);
  }

  /** Throws for the first property nobody asked for: what is not simulated is not ignored. */
  refuseOthers(): void {
    const other = Object.keys(this.values).find((key) => !this.read.has(key));
    if (other !== undefined) throw new TemplateError(`${this.path}.${other}`, 'this property is not simulated');
  }

  private value(key: string): unknown {
    this.read.add(key);
    return this.values[key];
  }

  private typed<V, T>(key: string, what: string, is: (value: unknown) => value is V, otherwise: T[]): V | T {
    const value = this.value(key);
    if (value === undefined && otherwise.length > 0) return otherwise[0] as T;
    if (!is(value)) throw this.wrong(key, what);
    return value;
  }

  private wrong(key: string, what: string): TemplateError {
    const found = this.has(key) ? JSON.stringify(this.values[key]) : 'nothing';
    return new TemplateError(`${this.path}.${key}`, `${what} expected, found ${found}`);
  }
}
