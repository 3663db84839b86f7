import type { Node } from 'constructs';
import { readTrigger, type TriggerOptions } from './trigger/trigger-options';
import { UDF_STACK } from './udf/names';

/** How a pipeline's upgrade is asked for: by calling the console's API Lambda, by its public API, or by a person. */
const PIPELINE_TRIGGERS = ['invoke', 'https', 'manual'] as const;
export type PipelineTrigger = (typeof PIPELINE_TRIGGERS)[number];

/** Subnets from which a private console can be reached. */
export interface ConsoleNetwork {
  subnetIds: readonly string[];
  securityGroupIds: readonly string[];
}

/** What an operator decides at deployment, by CDK context (`cdk deploy -c name=value`). */
export interface DeploymentOptions {
  /** ARNs of Data API roles that do not follow the solution's names. */
  dataApiRoles: readonly string[];
  /** `invoke` by default. */
  pipelineTrigger: PipelineTrigger;
  /** With `https`: ARN of the secret that holds a token of the console's identity provider. */
  consoleTokenSecret: string | undefined;
  /** With `https` and a private console. */
  consoleVpc: ConsoleNetwork | undefined;
  /**
   * ARN of a managed policy under which CloudFormation updates the console's stack, where that stack has no service role.
   * None by default: whoever updates that stack may create roles.
   */
  executionPolicy: string | undefined;
  /** Buckets of console templates beside the solution's own. */
  templateBuckets: readonly string[];
  /** What starts executions by itself; nothing by default. */
  trigger: TriggerOptions | undefined;
  /** With `trigger`: regions of pipelines beside the console's, which get a stack that forwards their events. */
  pipelineRegions: readonly string[];
  /** Regions of pipelines, beside the console's, which get a stack with the Lambda that stands in for Python UDFs. */
  udfRegions: readonly string[];
}

/** Buckets that the guide's links name. Source: awslabs/clickstream-analytics-on-aws, docs/mkdocs.base.yml */
const SOLUTION_BUCKETS = ['solutions-reference', 'aws-gcr-solutions'];

export const DEFAULT_OPTIONS: DeploymentOptions = {
  dataApiRoles: [],
  pipelineTrigger: 'invoke',
  consoleTokenSecret: undefined,
  consoleVpc: undefined,
  executionPolicy: undefined,
  templateBuckets: SOLUTION_BUCKETS,
  trigger: undefined,
  pipelineRegions: [],
  udfRegions: [],
};

/**
 * Reads the context.
 *
 * @throws Error listing every value that is not understood
 */
export function deploymentOptions(node: Node): DeploymentOptions {
  const problems: string[] = [];
  const context = new Context(node, problems);
  const trigger = context.text('pipelineTrigger') ?? DEFAULT_OPTIONS.pipelineTrigger;
  const isTrigger = (name: string): name is PipelineTrigger => (PIPELINE_TRIGGERS as readonly string[]).includes(name);
  if (!isTrigger(trigger))
    problems.push(`pipelineTrigger must be one of ${PIPELINE_TRIGGERS.join(', ')}, not ${trigger}`);
  const consoleTokenSecret = context.text('consoleTokenSecret');
  if (trigger === 'https' && consoleTokenSecret === undefined) {
    problems.push('pipelineTrigger https needs consoleTokenSecret, the ARN of a secret with a token for the console');
  }
  const options: DeploymentOptions = {
    dataApiRoles: context.list('dataApiRoles'),
    pipelineTrigger: isTrigger(trigger) ? trigger : 'manual',
    consoleTokenSecret,
    consoleVpc: context.network('consoleVpc'),
    executionPolicy: context.text('executionPolicy'),
    templateBuckets: [...SOLUTION_BUCKETS, ...context.list('templateBuckets')],
    ...triggerOptions(context, problems),
    udfRegions: udfRegions(context, problems),
  };
  if (problems.length > 0) throw new Error(`The context is not understood:\n- ${problems.join('\n- ')}`);
  return options;
}

function triggerOptions(context: Context, problems: string[]): Pick<DeploymentOptions, 'trigger' | 'pipelineRegions'> {
  const given = context.json('trigger');
  const read = given === undefined ? { trigger: undefined } : readTrigger(given);
  if ('problems' in read) problems.push(...read.problems);
  const pipelineRegions = context.regions('pipelineRegions');
  if (pipelineRegions.length === 0) return { trigger: 'trigger' in read ? read.trigger : undefined, pipelineRegions };
  const main = context.text('region');
  if (given === undefined) problems.push('pipelineRegions needs trigger: without one nobody listens to their events');
  if (main === undefined) problems.push('pipelineRegions needs region, the one of the web console: events go there');
  if (main !== undefined && pipelineRegions.includes(main)) {
    problems.push(`pipelineRegions must not name ${main}, where the web console is: its events are there already`);
  }
  return { trigger: 'trigger' in read ? read.trigger : undefined, pipelineRegions };
}

function udfRegions(context: Context, problems: string[]): string[] {
  const regions = context.regions('udfRegions');
  const main = context.text('region');
  if (main !== undefined && regions.includes(main)) {
    problems.push(`udfRegions must not name ${main}, where the web console is: the stack ${UDF_STACK} is there`);
  }
  return regions;
}

/** Context values with what is wrong with them; values of the command line are texts. */
class Context {
  constructor(
    private readonly node: Node,
    private readonly problems: string[],
  ) {}

  text(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'string') return value;
    this.refuse(name, 'must be text', value);
    return undefined;
  }

  list(name: string): string[] {
    const value = this.value(name);
    if (value === undefined) return [];
    const list: unknown = typeof value === 'string' && !value.startsWith('[') ? value.split(',') : parsed(value);
    if (isTexts(list)) return list.map((item) => item.trim());
    this.refuse(name, 'must be a list of texts', value);
    return [];
  }

  /** Each once. */
  regions(name: string): string[] {
    const regions = [...new Set(this.list(name))];
    const odd = regions.filter((region) => !/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region));
    if (odd.length > 0) this.problems.push(`${name} must be names of regions, not ${odd.join(', ')}`);
    return regions;
  }

  /** An object, or the text of one. */
  json(name: string): unknown {
    const value = this.value(name);
    const object = parsed(value);
    if (value !== undefined && (typeof object !== 'object' || object === null)) {
      this.refuse(name, 'must be a JSON object', value);
      return undefined;
    }
    return object;
  }

  network(name: string): ConsoleNetwork | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const { subnetIds, securityGroupIds } = (parsed(value) ?? {}) as Record<string, unknown>;
    if (isTexts(subnetIds) && isTexts(securityGroupIds)) return { subnetIds, securityGroupIds };
    this.refuse(name, 'must be {"subnetIds": [...], "securityGroupIds": [...]}', value);
    return undefined;
  }

  private value(name: string): unknown {
    const value: unknown = this.node.tryGetContext(name);
    return value === '' ? undefined : value;
  }

  private refuse(name: string, must: string, value: unknown): void {
    this.problems.push(`${name} ${must}, not ${JSON.stringify(value)}`);
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}
