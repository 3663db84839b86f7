import type { RuleTarget, TargetInput } from '../aws/events/rule';
import type { DeployedEventRule } from './deployment';
import { Properties } from './properties';
import { TemplateError } from './intrinsics';
import type { TemplateResource } from './resources';

/** Rules of the default event bus with all that decides what their targets get, and what happens when they get it not. */
export function readEventRules(resources: readonly TemplateResource[]): DeployedEventRule[] {
  return resources.flatMap(({ type, logicalId, identity, properties }) => {
    if (type !== 'AWS::Events::Rule' || identity === undefined) return [];
    const eventPattern = properties.record('EventPattern', undefined);
    const scheduleExpression = properties.text('ScheduleExpression', undefined);
    const rule = {
      logicalId,
      name: identity.name,
      arn: identity.arn,
      enabled: properties.text('State', 'ENABLED') !== 'DISABLED',
      ...(eventPattern === undefined ? {} : { eventPattern }),
      ...(scheduleExpression === undefined ? {} : { scheduleExpression }),
      targets: properties
        .records('Targets')
        .map((target, index) => readTarget(new Properties(target, `${properties.path}.Targets[${String(index)}]`))),
    };
    properties.letPass('Name', 'Description', 'Tags');
    properties.refuseOthers();
    return [rule];
  });
}

function readTarget(target: Properties): RuleTarget {
  const input = readInput(target);
  const roleArn = target.text('RoleArn', undefined);
  const deadLetters = target.nested('DeadLetterConfig');
  const deadLetterArn = deadLetters.text('Arn', undefined);
  deadLetters.refuseOthers();
  const read = {
    id: target.text('Id'),
    arn: target.text('Arn'),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(input === undefined ? {} : { input }),
    ...(target.has('RetryPolicy') ? { retry: readRetry(target.nested('RetryPolicy')) } : {}),
    ...(deadLetterArn === undefined ? {} : { deadLetterArn }),
  };
  target.refuseOthers();
  return read;
}

/** Defaults of the API. Source: EventBridge API Reference, RetryPolicy */
function readRetry(retry: Properties): { maxAttempts: number; maxAgeSeconds: number } {
  const read = {
    maxAttempts: retry.number('MaximumRetryAttempts', 185),
    maxAgeSeconds: retry.number('MaximumEventAgeInSeconds', 86_400),
  };
  retry.refuseOthers();
  return read;
}

function readInput(target: Properties): TargetInput | undefined {
  const given = ['Input', 'InputPath', 'InputTransformer'].filter((key) => target.has(key));
  if (given.length > 1) throw new TemplateError(target.path, `only one of ${given.join(', ')} may be there`);
  switch (given[0]) {
    case 'Input':
      return { kind: 'constant', json: target.text('Input') };
    case 'InputPath':
      return { kind: 'path', path: target.text('InputPath') };
    case 'InputTransformer': {
      const transformer = target.nested('InputTransformer');
      const paths = Object.entries(transformer.record('InputPathsMap', {}));
      const read = {
        kind: 'transformer' as const,
        paths: Object.fromEntries(paths.map(([name, path]) => [name, String(path)])),
        template: transformer.text('InputTemplate'),
      };
      transformer.refuseOthers();
      return read;
    }
    default:
      return undefined;
  }
}
