import type { Catcher, Retrier } from './asl';
import type { Compiler, Scope } from './compiler';
import { PREDEFINED_ERRORS } from './errors';
import type { Fields } from './fields';
import { limits } from './limits';

/** Compiles `Retry`. Source of the defaults and bounds: Developer Guide, concepts-error-handling. */
export function compileRetriers(fields: Fields, compiler: Compiler): Retrier[] {
  const lists = fields.list('Retry');
  return lists.map((retrier, index) => {
    retrier.text('Comment');
    const compiled: Retrier = {
      errorEquals: errorEquals(retrier, compiler, index === lists.length - 1),
      intervalSeconds: retrier.integer('IntervalSeconds', 1, limits.defaultTimeoutSeconds) ?? 1,
      maxAttempts: retrier.integer('MaxAttempts', 0, limits.maxRetryAttempts) ?? 3,
      backoffRate: retrier.number('BackoffRate', 1, Number.MAX_VALUE) ?? 2,
      maxDelaySeconds: retrier.integer('MaxDelaySeconds', 1, limits.maxDelaySeconds - 1),
      jitter: retrier.oneOf('JitterStrategy', ['NONE', 'FULL']) === 'FULL',
    };
    if (compiled.maxDelaySeconds !== undefined && compiled.maxDelaySeconds <= compiled.intervalSeconds) {
      compiler.problem(`${retrier.path}/MaxDelaySeconds`, 'must be greater than IntervalSeconds');
    }
    retrier.refuseRest();
    return compiled;
  });
}

export function compileCatchers(fields: Fields, compiler: Compiler, scope: Scope): Catcher[] {
  const lists = fields.list('Catch');
  return lists.map((catcher, index) => {
    const field = `Catch[${index}]`;
    catcher.text('Comment');
    const compiled: Catcher = {
      errorEquals: errorEquals(catcher, compiler, index === lists.length - 1),
      next: catcher.requiredText('Next'),
      output: compiler.template(catcher.take('Output'), fields.path, `${field}/Output`, ['errorOutput'], scope),
      assign: compiler.assign(catcher.take('Assign'), fields.path, `${field}/Assign`, ['errorOutput'], scope),
    };
    catcher.refuseRest();
    return compiled;
  });
}

function errorEquals(fields: Fields, compiler: Compiler, last: boolean): string[] {
  const value = fields.take('ErrorEquals');
  const path = `${fields.path}/ErrorEquals`;
  if (!Array.isArray(value) || value.length === 0 || !value.every((name) => typeof name === 'string')) {
    compiler.problem(path, 'must be a non-empty array of error names');
    return [];
  }
  const names: string[] = value;
  if (names.includes('States.ALL') && (names.length > 1 || !last)) {
    compiler.problem(path, 'States.ALL must stand alone and in the last place');
  }
  for (const name of names) {
    if (name.startsWith('States.') && !PREDEFINED_ERRORS.has(name)) {
      compiler.problem(path, `${name} is not an error of the language`);
    }
  }
  return names;
}
