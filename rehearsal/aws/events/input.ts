import type { Json } from './pattern';
import type { BusEvent, EventRule, TargetInput } from './rule';

/**
 * What a target gets of an event.
 * Source: EventBridge User Guide, eb-transform-target-input
 *
 * @throws Error for paths and templates of which it is not known what EventBridge makes
 */
export function targetPayload(input: TargetInput | undefined, event: BusEvent, rule: EventRule): Json {
  switch (input?.kind) {
    case undefined:
      return event;
    case 'constant':
      return JSON.parse(input.json) as Json;
    case 'path': {
      const found = at(event, input.path);
      if (found === undefined)
        throw new Error(`The event has nothing at ${input.path}: what a target gets is not known`);
      return found;
    }
    case 'transformer':
      return transformed(input, event, rule);
  }
}

/** Outside quotes a variable is the JSON of its value, within them a text. */
function transformed(
  { paths, template }: Extract<TargetInput, { kind: 'transformer' }>,
  event: BusEvent,
  rule: EventRule,
): Json {
  const known: Readonly<Record<string, Json>> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.json': event,
  };
  const value = (name: string): Json => {
    const path = paths[name];
    const found = path === undefined ? known[name] : at(event, path);
    if (found !== undefined) return found;
    // A path that finds nothing makes no variable; what stays in its place is not documented.
    throw new Error(`Rule ${rule.name}: the event has nothing for <${name}> of the input template`);
  };
  let quoted = false;
  const text = template.replace(/\\.|"|<([\w.-]+)>/gs, (found: string, name: string | undefined) => {
    if (found === '"') quoted = !quoted;
    if (name === undefined) return found;
    const filled = value(name);
    if (!quoted) return JSON.stringify(filled);
    const plain = typeof filled === 'string' ? filled : JSON.stringify(filled);
    return JSON.stringify(plain).slice(1, -1);
  });
  return JSON.parse(text) as Json;
}

/** `$.detail.stack-id`; of EventBridge's paths those without lists and wildcards. */
function at(event: Json, path: string): Json | undefined {
  if (path === '$') return event;
  if (!/^\$(\.[\w-]+)+$/.test(path))
    throw new Error(`The rehearsal does not simulate the path ${path} of a target's input`);
  let found: Json | undefined = event;
  for (const key of path.split('.').slice(1)) {
    found = isObject(found) ? found[key] : undefined;
  }
  return found;
}

function isObject(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
