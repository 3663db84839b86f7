import type { Compiler } from './compiler';
import { isObject } from './data';

/** Takes the fields of one object of a definition one by one; what nobody took is a problem. */
export class Fields {
  private readonly rest: Map<string, unknown>;

  constructor(
    private readonly compiler: Compiler,
    readonly path: string,
    value: unknown,
  ) {
    if (!isObject(value)) compiler.problem(path === '' ? '/' : path, 'must be an object');
    this.rest = new Map(isObject(value) ? Object.entries(value) : []);
  }

  take(name: string): unknown {
    const value = this.rest.get(name);
    this.rest.delete(name);
    return value;
  }

  text(name: string): string | undefined {
    const value = this.take(name);
    if (value === undefined || typeof value === 'string') return value;
    this.compiler.problem(`${this.path}/${name}`, 'must be a string');
    return undefined;
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined) this.compiler.problem(`${this.path}/${name}`, 'is required');
    return value ?? '';
  }

  integer(name: string, least: number, most: number): number | undefined {
    const value = this.number(name, least, most);
    if (value === undefined || Number.isInteger(value)) return value;
    this.compiler.problem(`${this.path}/${name}`, 'must be an integer');
    return undefined;
  }

  number(name: string, least: number, most: number): number | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && value >= least && value <= most) return value;
    this.compiler.problem(`${this.path}/${name}`, `must be a number from ${least} to ${most}`);
    return undefined;
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.take(name);
    if (value === undefined) return undefined;
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) this.compiler.problem(`${this.path}/${name}`, `must be one of ${choices.join(', ')}`);
    return choice;
  }

  /** The members of a list, each with the fields at its own path. */
  list(name: string): Fields[] {
    const value = this.take(name);
    if (value === undefined) return [];
    if (!Array.isArray(value) || value.length === 0) {
      this.compiler.problem(`${this.path}/${name}`, 'must be a non-empty array');
      return [];
    }
    return value.map((member, index) => new Fields(this.compiler, `${this.path}/${name}[${index}]`, member));
  }

  object(name: string): Fields | undefined {
    const value = this.take(name);
    return value === undefined ? undefined : new Fields(this.compiler, `${this.path}/${name}`, value);
  }

  refuseRest(): void {
    for (const name of this.rest.keys()) {
      this.compiler.problem(`${this.path}/${name}`, 'is not a field this engine runs here');
    }
  }
}
