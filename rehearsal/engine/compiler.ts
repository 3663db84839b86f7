import jsonata from 'jsonata';
import type { Problem } from './asl';
import { isObject, type Json } from './data';
import { checkExpression, type StatesMember } from './expression-check';
import { registerFunctions, type Surroundings } from './functions';
import type { Template } from './template';

/** What the fields of one scope of states may refer to. */
export interface Scope {
  readonly variables: ReadonlySet<string>;
}

/** Compiles the `{% … %}` strings of a definition, gathering every problem instead of stopping at the first. */
export class Compiler {
  readonly problems: Problem[] = [];

  constructor(private readonly surroundings: Surroundings) {}

  problem(path: string, message: string): void {
    this.problems.push({ path, message });
  }

  /**
   * Compiles a field that may hold any JSON.
   * @param path where the state is; @param field the field's name within it
   */
  template(
    value: unknown,
    path: string,
    field: string,
    members: readonly StatesMember[],
    scope: Scope,
  ): Template | undefined {
    if (value === undefined) return undefined;
    return this.compile(value, path, field, new Set<StatesMember>(['input', 'context', ...members]), scope);
  }

  /** Compiles a field that must be one `{% … %}` string, or a constant that `accepts` takes. */
  single(
    value: unknown,
    path: string,
    field: string,
    members: readonly StatesMember[],
    scope: Scope,
    accepts: (constant: unknown) => boolean,
    expected: string,
  ): Template | undefined {
    const template = this.template(value, path, field, members, scope);
    if (template === undefined || template.kind === 'expression') return template;
    if (template.kind !== 'constant' || !accepts(template.value)) {
      this.problem(`${path}/${field}`, `must be ${expected}`);
    }
    return template;
  }

  /** Compiles an Assign; its names must be variable names and not `states`. Source: Developer Guide, workflow-variables. */
  assign(
    value: unknown,
    path: string,
    field: string,
    members: readonly StatesMember[],
    scope: Scope,
  ): Template | undefined {
    if (value === undefined) return undefined;
    if (!isObject(value)) {
      this.problem(`${path}/${field}`, 'must be an object');
      return undefined;
    }
    for (const name of Object.keys(value)) {
      if (!/^[\p{L}_][\p{L}\p{N}_]{0,79}$/u.test(name) || name === 'states') {
        this.problem(`${path}/${field}/${name}`, 'is not a name a variable may have');
      }
    }
    return this.template(value, path, field, members, scope);
  }

  private compile(
    value: unknown,
    path: string,
    field: string,
    members: ReadonlySet<StatesMember>,
    scope: Scope,
  ): Template {
    if (typeof value === 'string') return this.text(value, path, field, members, scope);
    if (Array.isArray(value)) {
      const items = value.map((item, index) => this.compile(item, path, `${field}[${index}]`, members, scope));
      const constants = items.flatMap((item) => (item.kind === 'constant' ? [item.value] : []));
      return constants.length === items.length ? { kind: 'constant', value: constants } : { kind: 'array', items };
    }
    if (isObject(value)) {
      const entries = Object.entries(value).map(
        ([key, member]) => [key, this.compile(member, path, `${field}/${key}`, members, scope)] as const,
      );
      const constants = entries.flatMap(([key, member]) =>
        member.kind === 'constant' ? [[key, member.value] as const] : [],
      );
      return constants.length === entries.length
        ? { kind: 'constant', value: Object.fromEntries(constants) }
        : { kind: 'object', entries };
    }
    return { kind: 'constant', value: value as Json };
  }

  private text(value: string, path: string, field: string, members: ReadonlySet<StatesMember>, scope: Scope): Template {
    const opens = value.startsWith('{%');
    if (!opens && !value.endsWith('%}')) return { kind: 'constant', value };
    const source = value.slice(2, -2).trim();
    if (!opens || !value.endsWith('%}') || value.length < 4) {
      this.problem(`${path}/${field}`, 'a JSONata expression must start with {% and end with %}');
      return { kind: 'constant', value };
    }
    try {
      const expression = jsonata(source);
      registerFunctions(expression, this.surroundings);
      for (const message of checkExpression(expression.ast(), members, scope.variables)) {
        this.problem(`${path}/${field}`, `${message}: ${source}`);
      }
      return { kind: 'expression', source, field, expression };
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string };
      this.problem(`${path}/${field}`, `JSONata ${code ?? ''} ${message ?? String(error)}: ${source}`);
      return { kind: 'constant', value };
    }
  }
}
