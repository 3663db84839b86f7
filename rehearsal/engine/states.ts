import type { MapState, PassState, State, TaskState, Transform, WaitState } from './asl';
import type { Compiler, Scope } from './compiler';
import { isObject } from './data';
import { compileWorkflow, type MachineNames } from './definition';
import type { StatesMember } from './expression-check';
import { Fields } from './fields';
import { limits } from './limits';
import { compileResultWriter } from './result-writer-definition';
import { compileCatchers, compileRetriers } from './recovery-definition';
import type { Template } from './template';

const TYPES = ['Task', 'Choice', 'Wait', 'Pass', 'Succeed', 'Fail', 'Map'] as const;
const LAMBDA = /^arn:[a-z-]+:states:::lambda:(invoke(?:\.waitForTaskToken)?)$/;

/** Compiles one state; undefined (with a problem noted) where its type is not one the engine runs. */
export function compileState(
  name: string,
  fields: Fields,
  compiler: Compiler,
  scope: Scope,
  names: MachineNames,
): State | undefined {
  const context = new StateCompiler(name, fields, compiler, scope);
  fields.text('Comment');
  fields.oneOf('QueryLanguage', ['JSONata']);
  const type = fields.oneOf('Type', TYPES);
  if (type === undefined) {
    compiler.problem(`${fields.path}/Type`, `a state of this type is not run by this engine`);
    return undefined;
  }
  const state = context.compile(type, names);
  fields.refuseRest();
  return state;
}

class StateCompiler {
  constructor(
    private readonly name: string,
    private readonly fields: Fields,
    private readonly compiler: Compiler,
    private readonly scope: Scope,
  ) {}

  compile(type: (typeof TYPES)[number], names: MachineNames): State {
    const { name } = this;
    switch (type) {
      case 'Task':
        return this.task();
      case 'Choice':
        return this.choice();
      case 'Wait':
        return this.wait();
      case 'Pass':
        return { type, name, ...this.onward([]) } satisfies PassState;
      case 'Succeed':
        return { type, name, output: this.template('Output', []) };
      case 'Fail':
        return { type, name, error: this.textField('Error'), cause: this.textField('Cause') };
      case 'Map':
        return this.map(names);
    }
  }

  private task(): TaskState {
    const { fields, compiler, name } = this;
    const resource = fields.requiredText('Resource');
    const match = LAMBDA.exec(resource);
    if (match === null) {
      compiler.problem(`${fields.path}/Resource`, `this engine runs lambda:invoke, not '${resource}'`);
    }
    const rawArguments = fields.take('Arguments');
    const call = isObject(rawArguments) ? rawArguments : {};
    if (call['FunctionName'] === undefined) compiler.problem(`${fields.path}/Arguments/FunctionName`, 'is required');
    for (const key of Object.keys(call)) {
      if (key !== 'FunctionName' && key !== 'Payload') {
        compiler.problem(`${fields.path}/Arguments/${key}`, 'is not a field this engine runs here');
      }
    }
    const timeoutSeconds = this.seconds('TimeoutSeconds', 1);
    const heartbeatSeconds = this.seconds('HeartbeatSeconds', 1);
    if (
      timeoutSeconds?.kind === 'constant' &&
      heartbeatSeconds?.kind === 'constant' &&
      Number(heartbeatSeconds.value) >= Number(timeoutSeconds.value)
    ) {
      compiler.problem(`${fields.path}/HeartbeatSeconds`, 'must be less than TimeoutSeconds');
    }
    return {
      type: 'Task',
      name,
      resource: match?.[1] === 'invoke.waitForTaskToken' ? 'invoke.waitForTaskToken' : 'invoke',
      arguments: compiler.template(rawArguments, fields.path, 'Arguments', [], this.scope) ?? {
        kind: 'constant',
        value: {},
      },
      timeoutSeconds,
      heartbeatSeconds,
      ...this.onward(['result']),
      retry: compileRetriers(fields, compiler),
      catch: compileCatchers(fields, compiler, this.scope),
    };
  }

  private choice(): State {
    const { fields, compiler, scope, name } = this;
    const lists = fields.list('Choices');
    if (lists.length === 0) compiler.problem(`${fields.path}/Choices`, 'is required');
    const choices = lists.map((rule, index) => {
      const field = `Choices[${index}]`;
      rule.text('Comment');
      const condition = compiler.single(
        rule.take('Condition') ?? null,
        fields.path,
        `${field}/Condition`,
        [],
        scope,
        (constant) => typeof constant === 'boolean',
        'a JSONata expression',
      );
      const transform: Transform = {
        output: compiler.template(rule.take('Output'), fields.path, `${field}/Output`, [], scope),
        assign: this.assign(rule.take('Assign'), `${field}/Assign`, []),
      };
      const next = rule.requiredText('Next');
      rule.refuseRest();
      return { condition: condition ?? { kind: 'constant' as const, value: false }, next, ...transform };
    });
    return { type: 'Choice', name, choices, default: fields.text('Default'), ...this.transform([]) };
  }

  private wait(): WaitState {
    const seconds = this.seconds('Seconds', 0);
    const timestamp = this.compiler.single(
      this.fields.take('Timestamp'),
      this.fields.path,
      'Timestamp',
      [],
      this.scope,
      (constant) => typeof constant === 'string' && isTimestamp(constant),
      'an ISO 8601 timestamp or a JSONata expression',
    );
    if ((seconds === undefined) === (timestamp === undefined)) {
      this.compiler.problem(this.fields.path, 'a Wait state has either Seconds or Timestamp');
    }
    return { type: 'Wait', name: this.name, seconds, timestamp, ...this.onward([]) };
  }

  private map(names: MachineNames): MapState {
    const { fields, compiler, name } = this;
    const processorFields = fields.object('ItemProcessor');
    if (processorFields === undefined) compiler.problem(`${fields.path}/ItemProcessor`, 'is required');
    const processor =
      processorFields === undefined ? { startAt: '', states: new Map() } : this.processor(processorFields, names);
    const itemsField = fields.take('Items');
    const items = compiler.template(itemsField, fields.path, 'Items', [], this.scope);
    if (items !== undefined && items.kind !== 'expression' && !Array.isArray(itemsField)) {
      compiler.problem(`${fields.path}/Items`, 'must be an array or a JSONata expression');
    }
    return {
      type: 'Map',
      name,
      label: this.label(names),
      items,
      itemSelector: this.template('ItemSelector', []),
      processor,
      maxConcurrency: this.bounded('MaxConcurrency', 0, limits.mapConcurrency, true),
      toleratedFailureCount: this.bounded('ToleratedFailureCount', 0, Number.MAX_SAFE_INTEGER, true),
      toleratedFailurePercentage: this.bounded('ToleratedFailurePercentage', 0, 100, false),
      resultWriter: compileResultWriter(fields, compiler, this.scope),
      ...this.onward(['result']),
      retry: compileRetriers(fields, compiler),
      catch: compileCatchers(fields, compiler, this.scope),
    };
  }

  private processor(fields: Fields, names: MachineNames): MapState['processor'] {
    const config = fields.object('ProcessorConfig');
    if (config?.take('Mode') !== 'DISTRIBUTED') {
      this.compiler.problem(
        `${fields.path}/ProcessorConfig/Mode`,
        'must be DISTRIBUTED; this engine runs no inline Map',
      );
    }
    if (config?.take('ExecutionType') !== 'STANDARD') {
      this.compiler.problem(`${fields.path}/ProcessorConfig/ExecutionType`, 'must be STANDARD');
    }
    config?.refuseRest();
    fields.text('Comment');
    fields.oneOf('QueryLanguage', ['JSONata']);
    const workflow = compileWorkflow(fields, this.compiler, names);
    fields.refuseRest();
    return workflow;
  }

  private label(names: MachineNames): string {
    const path = `${this.fields.path}/Label`;
    const given = this.fields.text('Label');
    // The service generates a label where none is given; ours is made from the name, so that ARNs stay readable.
    const label = given ?? this.name.replaceAll(/[^A-Za-z0-9_-]/g, '').slice(0, limits.mapLabelLength);
    if (!/^[A-Za-z0-9_-]{1,40}$/.test(label)) {
      this.compiler.problem(path, 'must have 1 to 40 characters A-Z a-z 0-9 - _');
    }
    const earlier = names.labels.get(label);
    if (earlier !== undefined) this.compiler.problem(path, `the label '${label}' is already used at ${earlier}`);
    names.labels.set(label, path);
    return label;
  }

  private onward(members: readonly StatesMember[]): Transform & { next: string | undefined } {
    const next = this.fields.text('Next');
    const end = this.fields.take('End');
    if (end !== undefined && typeof end !== 'boolean')
      this.compiler.problem(`${this.fields.path}/End`, 'must be a boolean');
    if ((next === undefined) !== (end === true)) {
      this.compiler.problem(this.fields.path, 'needs either Next or "End": true');
    }
    return { next, ...this.transform(members) };
  }

  private transform(members: readonly StatesMember[]): Transform {
    return {
      output: this.template('Output', members),
      assign: this.assign(this.fields.take('Assign'), 'Assign', members),
    };
  }

  private assign(value: unknown, field: string, members: readonly StatesMember[]): Template | undefined {
    return this.compiler.assign(value, this.fields.path, field, members, this.scope);
  }

  private template(field: string, members: readonly StatesMember[]): Template | undefined {
    return this.compiler.template(this.fields.take(field), this.fields.path, field, members, this.scope);
  }

  private textField(field: string): Template | undefined {
    return this.compiler.single(
      this.fields.take(field),
      this.fields.path,
      field,
      [],
      this.scope,
      (constant) => typeof constant === 'string',
      'a string or a JSONata expression',
    );
  }

  private seconds(field: string, least: number): Template | undefined {
    return this.bounded(field, least, limits.defaultTimeoutSeconds, true);
  }

  private bounded(field: string, least: number, most: number, integer: boolean): Template | undefined {
    const fits = (value: unknown): boolean =>
      typeof value === 'number' && value >= least && value <= most && (!integer || Number.isInteger(value));
    const what = `${integer ? 'an integer' : 'a number'} from ${least} to ${most} or a JSONata expression`;
    return this.compiler.single(this.fields.take(field), this.fields.path, field, [], this.scope, fits, what);
  }
}

/** Source: Amazon States Language specification, Timestamps: RFC 3339 with capital T and Z. */
export function isTimestamp(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text))
  );
}
