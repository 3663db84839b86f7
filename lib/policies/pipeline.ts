import type { Construct } from 'constructs';
import type { PipelineTrigger } from '../deployment-options';
import { anyRegion, GENERATED_NAMES } from './arns';
import type { Permission } from './permission';

export interface TriggerOptions {
  trigger: PipelineTrigger;
  /** With `https`. */
  tokenSecretArn?: string | undefined;
}

/** The console's functions and tables are named after its stack, whose name an operator chose. */
const CONSOLE_NAMES = 'Names begin with that of the console’s stack, which an operator chose; it may be in any region.';

/** Beside what every step has: reads the pipelines' records, and calls the console's API. */
export function setTimezonesPermissions(scope: Construct, options: TriggerOptions): Permission[] {
  return [readRecords(scope), ...callConsole(scope, options)];
}

/** Beside what every step has: the console's version, the pipeline's record, workflow and stacks, and the console's API. */
export function upgradePipelinePermissions(scope: Construct, options: TriggerOptions): Permission[] {
  return [
    readRecords(scope),
    {
      actions: ['lambda:GetFunctionConfiguration'],
      resources: [apiFunction(scope)],
      wildcards: CONSOLE_NAMES,
    },
    {
      actions: ['cloudformation:DescribeStacks', 'cloudformation:DescribeStackEvents'],
      resources: ['Clickstream-*/*', '*-Clickstream-*/*'].map((name) =>
        anyRegion(scope, 'cloudformation', 'stack', name, '/'),
      ),
      wildcards: 'Stacks of pipelines begin so, after a role prefix where there is one; their ARNs end in an id.',
    },
    {
      actions: ['states:DescribeExecution'],
      resources: [anyRegion(scope, 'states', 'execution', 'clickstream-stack-workflow-*:*')],
      wildcards: GENERATED_NAMES,
    },
    ...callConsole(scope, options),
  ];
}

function readRecords(scope: Construct): Permission {
  return {
    actions: ['dynamodb:Query'],
    resources: [anyRegion(scope, 'dynamodb', 'table', '*ClickstreamMetadata*', '/')],
    wildcards: CONSOLE_NAMES,
  };
}

/**
 * Whoever may invoke the API function is an operator of the console: it trusts what API Gateway says about the caller. So
 * `invoke` is granted for functions of this one name, to two steps, and not at all with another trigger.
 */
function callConsole(scope: Construct, { trigger, tokenSecretArn }: TriggerOptions): Permission[] {
  switch (trigger) {
    case 'invoke':
      return [{ actions: ['lambda:InvokeFunction'], resources: [apiFunction(scope)], wildcards: CONSOLE_NAMES }];
    case 'https':
      return tokenSecretArn === undefined
        ? []
        : [{ actions: ['secretsmanager:GetSecretValue'], resources: [tokenSecretArn] }];
    case 'manual':
      return [];
  }
}

/** From 1.1.0 on; the console is upgraded first. Source: awslabs/clickstream-analytics-on-aws, click-stream-api.ts */
function apiFunction(scope: Construct): string {
  return anyRegion(scope, 'lambda', 'function', '*ClickStreamApiApiFunction*');
}
