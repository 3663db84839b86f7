import type { Node } from 'constructs';

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
  };
  if (problems.length > 0) throw new Error(`The context is not understood:\n- ${problems.join('\n- ')}`);
  return options;
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
