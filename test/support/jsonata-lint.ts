import jsonata from 'jsonata';
import { FUNCTION_NAMES } from '../../rehearsal/engine/functions';
import { statesOf, type AslState } from './asl';

/** A mistake that validators of the language do not see, and where it is. */
export interface LintProblem {
  state: string;
  field: string;
  message: string;
}

const JSONPATH_FIELDS = [
  'InputPath',
  'OutputPath',
  'ResultPath',
  'ResultSelector',
  'Parameters',
  'ItemsPath',
  'Result',
];
const RESOURCES = /^arn:aws(-cn)?:states:::lambda:invoke(\.waitForTaskToken)?$/;
/** Members of `$states`. Source: Step Functions Developer Guide, transforming-data */
const STATES_MEMBERS = new Set(['input', 'result', 'errorOutput', 'context']);
/** Where `$states.result` exists: when the state has succeeded. */
const RESULT_FIELDS = new Set(['Output', 'Assign']);

/**
 * Looks for what asl-validator and the language service let pass: broken or unknown JSONata, JSONPath leftovers,
 * resources that do not exist, retriers that can never match, and this project's own rules (no Catch, no Fail, every
 * Task with a time-out and a Retry, a comment on every state).
 */
export function lintDefinition(definition: Record<string, unknown>): LintProblem[] {
  return statesOf(definition).flatMap(({ name, state }) =>
    [...lintState(state), ...lintExpressions(state)].map((problem) => ({ state: name, ...problem })),
  );
}

type Finding = Omit<LintProblem, 'state'>;

function lintState(state: AslState): Finding[] {
  const found: Finding[] = [];
  const say = (field: string, message: string): number => found.push({ field, message });
  if (typeof state['Comment'] !== 'string' || state['Comment'] === '') say('Comment', 'missing');
  if (state.Type === 'Fail') say('Type', 'a Fail state makes redrive useless');
  if ('Catch' in state) say('Catch', 'a caught Task cannot be redriven');
  if (state['QueryLanguage'] === 'JSONPath') say('QueryLanguage', 'JSONPath');
  for (const field of JSONPATH_FIELDS) if (field in state) say(field, 'a field of JSONPath');
  for (const field of Object.keys(state)) if (field.endsWith('Path')) say(field, 'a field of JSONPath');
  if (state.Type === 'Task') found.push(...lintTask(state));
  found.push(...lintRetriers(state));
  return found;
}

function lintTask(state: AslState): Finding[] {
  const found: Finding[] = [];
  const resource = String(state['Resource']);
  if (!RESOURCES.test(resource)) found.push({ field: 'Resource', message: `unknown resource ${resource}` });
  const args = (state['Arguments'] ?? {}) as Record<string, unknown>;
  if (typeof args['FunctionName'] !== 'string') found.push({ field: 'Arguments', message: 'no FunctionName' });
  const timeout = state['TimeoutSeconds'];
  if (typeof timeout !== 'number')
    found.push({ field: 'TimeoutSeconds', message: 'missing: the default is three years' });
  const heartbeat = state['HeartbeatSeconds'];
  if (typeof heartbeat === 'number' && typeof timeout === 'number' && heartbeat >= timeout) {
    found.push({ field: 'HeartbeatSeconds', message: 'not shorter than the time-out' });
  }
  if (!Array.isArray(state['Retry']) || state['Retry'].length === 0) found.push({ field: 'Retry', message: 'missing' });
  return found;
}

function lintRetriers(state: AslState): Finding[] {
  const retriers = (state['Retry'] ?? []) as { ErrorEquals: string[]; BackoffRate?: number }[];
  const seen = new Set<string>();
  return retriers.flatMap(({ ErrorEquals: errors, BackoffRate: rate }, index) => {
    const found: Finding[] = [];
    const field = `Retry[${index}]`;
    if (errors.includes('States.ALL') && (errors.length > 1 || index < retriers.length - 1)) {
      found.push({ field, message: 'States.ALL must stand alone and last' });
    }
    for (const error of errors) {
      if (seen.has(error)) found.push({ field, message: `${error} is taken by an earlier retrier` });
      seen.add(error);
    }
    if (rate !== undefined && rate < 1) found.push({ field, message: 'BackoffRate below 1' });
    return found;
  });
}

/** Every string of a state, its inner states apart. */
function lintExpressions(state: AslState): Finding[] {
  const own = Object.entries(state).filter(([field]) => field !== 'ItemProcessor' && field !== 'Comment');
  return own.flatMap(([field, value]) => lintValue(value, field, field));
}

function lintValue(value: unknown, topField: string, path: string): Finding[] {
  if (typeof value === 'string') return lintText(value, topField, path);
  if (Array.isArray(value)) return value.flatMap((item, index) => lintValue(item, topField, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const leftover = key.endsWith('.$') ? [{ field: `${path}/${key}`, message: 'a field of JSONPath' }] : [];
    // A choice rule's own Output sees what the state's does.
    const top = key === 'Output' || key === 'Assign' ? key : topField;
    return [...leftover, ...lintValue(member, top, `${path}/${key}`)];
  });
}

function lintText(text: string, topField: string, field: string): Finding[] {
  if (/^\$\$?\./.test(text)) return [{ field, message: `looks like JSONPath: ${text}` }];
  const expression = /^\{%(.*)%\}$/s.exec(text)?.[1];
  if (expression === undefined) {
    return /\{%|%\}/.test(text) ? [{ field, message: 'an expression must be the whole text' }] : [];
  }
  let ast: unknown;
  try {
    ast = jsonata(expression).ast();
  } catch (error) {
    return [{ field, message: `does not parse: ${(error as Error).message}` }];
  }
  const bound = new Set<string>();
  collectBound(ast, bound);
  return lintNode(ast, bound, topField).map((message) => ({ field, message }));
}

interface Node {
  type?: string;
  value?: unknown;
  lhs?: unknown;
  steps?: Node[];
  arguments?: Node[];
  procedure?: Node;
}

function isNode(value: unknown): value is Node & Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Names given by `:=` and by parameters. */
function collectBound(node: unknown, bound: Set<string>): void {
  if (!isNode(node)) return;
  if (node.type === 'bind' && isNode(node.lhs)) bound.add(String(node.lhs.value));
  if (node.type === 'lambda') for (const parameter of node.arguments ?? []) bound.add(String(parameter.value));
  for (const member of Object.values(node)) collectBound(member, bound);
}

function lintNode(node: unknown, bound: ReadonlySet<string>, topField: string): string[] {
  if (Array.isArray(node)) return node.flatMap((item) => lintNode(item, bound, topField));
  if (!isNode(node)) return [];
  const found: string[] = [];
  const skipped = new Set<unknown>();
  if (node.type === 'function' && node.procedure !== undefined) {
    const name = calledName(node.procedure);
    if (name !== undefined) {
      skipped.add(node.procedure);
      if (!FUNCTION_NAMES.has(name) && !bound.has(name)) found.push(`unknown function $${name}`);
    }
  }
  if (node.type === 'variable') {
    const name = String(node.value);
    if (name === '' || name === '$') found.push('$ and $$ are nothing here: there is no input document');
    else if (name !== 'states' && !bound.has(name) && !FUNCTION_NAMES.has(name))
      found.push(`unknown variable $${name}`);
  }
  if (node.type === 'path') {
    const [first, second] = node.steps ?? [];
    if (first?.type === 'name') found.push(`unqualified name ${String(first.value)}`);
    if (first?.type === 'variable' && first.value === 'states' && second !== undefined) {
      const member = String(second.value);
      if (!STATES_MEMBERS.has(member)) found.push(`unknown $states.${member}`);
      if (member === 'result' && !RESULT_FIELDS.has(topField))
        found.push(`$states.result does not exist in ${topField}`);
      if (member === 'errorOutput') found.push('$states.errorOutput exists only where errors are caught');
    }
  }
  for (const member of Object.values(node)) if (!skipped.has(member)) found.push(...lintNode(member, bound, topField));
  return found;
}

function calledName(procedure: Node): string | undefined {
  const node = procedure.type === 'path' ? procedure.steps?.[0] : procedure;
  return node?.type === 'variable' ? String(node.value) : undefined;
}
