import type { RuleTarget } from '../aws/events/rule';

/** A template read and resolved for one account and region: what a rehearsal creates instead of CloudFormation. */
export interface Deployment {
  stackName: string;
  region: string;
  stackId: string;
  stateMachines: DeployedStateMachine[];
  functions: DeployedFunction[];
  roles: DeployedRole[];
  tables: DeployedTable[];
  buckets: DeployedBucket[];
  logGroups: DeployedLogGroup[];
  eventRules: DeployedEventRule[];
  /** Of functions, queues and topics: what other services may do with them. */
  resourcePolicies: DeployedResourcePolicy[];
  /** SNS topics and SQS queues: name and ARN, so that rules and policies can be followed to them. */
  topics: DeployedTopic[];
  keys: DeployedKey[];
  queues: DeployedResource[];
  outputs: Record<string, DeployedOutput>;
}

export interface DeployedResource {
  logicalId: string;
  name: string;
  arn: string;
}

export interface DeployedStateMachine extends DeployedResource {
  /** The ASL, parsed. */
  definition: Record<string, unknown>;
  roleArn: string;
  type: 'STANDARD' | 'EXPRESS';
  tracing: boolean;
  logging: { level: string; includeExecutionData: boolean; destinations: string[] };
  /** As ListTagsForResource answers them. */
  tags: { key: string; value: string }[];
}

export interface DeployedFunction extends DeployedResource {
  handler: string;
  runtime: string;
  timeoutSeconds: number;
  memoryMb: number;
  environment: Record<string, string>;
  roleArn: string;
  /** Absolute path of the directory that would be zipped and uploaded. */
  assetDirectory: string;
  reservedConcurrency?: number;
  /** How asynchronous invocations are tried again, and where those that failed go. */
  asynchronous?: { maxRetries: number; onFailureArn?: string };
}

export interface PolicyDocument {
  Version: string;
  Statement: Record<string, unknown>[];
}

export interface DeployedRole extends DeployedResource {
  trustPolicy: PolicyDocument;
  /** Inline, attached and AWS managed policies alike. */
  policies: { name: string; document: PolicyDocument }[];
}

export interface DeployedTable extends DeployedResource {
  /** As CreateTable takes it. */
  createTable: {
    TableName: string;
    AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
    KeySchema: KeySchema;
    GlobalSecondaryIndexes?: { IndexName: string; KeySchema: KeySchema; Projection: Record<string, unknown> }[];
    BillingMode: 'PAY_PER_REQUEST';
  };
  timeToLiveAttribute?: string;
}

export type KeySchema = { AttributeName: string; KeyType: string }[];

export interface DeployedBucket extends DeployedResource {
  versioned: boolean;
}

export interface DeployedLogGroup extends DeployedResource {
  retentionDays?: number;
}

export interface DeployedEventRule extends DeployedResource {
  enabled: boolean;
  eventPattern?: Record<string, unknown>;
  scheduleExpression?: string;
  targets: RuleTarget[];
}

export interface DeployedResourcePolicy {
  resourceArn: string;
  document: PolicyDocument;
}

export interface DeployedKey extends DeployedResource {
  /** Nobody may use a key whose policy does not say so. */
  policy: PolicyDocument;
}

export interface DeployedTopic extends DeployedResource {
  /** The key that it is encrypted under. */
  keyArn?: string;
}

export interface DeployedOutput {
  value: unknown;
  exportName?: string;
}
