import * as z from 'zod';

/**
 * Templates of the web console that the guide's table names.
 * Source: awslabs/clickstream-analytics-on-aws, src/main.ts and docs/zh/upgrade.md
 */
export const CONSOLE_VARIANTS = [
  'cloudfront-s3-control-plane-stack-global',
  'cloudfront-s3-control-plane-stack-global-customdomain',
  'cloudfront-s3-control-plane-stack-global-oidc',
  'cloudfront-s3-control-plane-stack-global-customdomain-oidc',
  'cloudfront-s3-control-plane-stack-cn',
  'private-exist-vpc-control-plane-stack',
] as const;
export type ConsoleVariant = (typeof CONSOLE_VARIANTS)[number];

/** Where a step finds the console: what does not change when it is upgraded. */
export const consoleRef = z.object({
  region: z.string().min(1),
  stackName: z.string().min(1),
  stackId: z.string().min(1),
  /** Name of the API Lambda. */
  apiFunction: z.string().min(1),
  /** Table ClickstreamMetadata, and its index by prefix and time. */
  metadataTable: z.string().min(1),
  metadataIndex: z.string().min(1),
  dictionaryTable: z.string().min(1),
  /** Output ControlPlaneURL. */
  url: z.string(),
  /** In a VPC behind a load balancer: its API verifies the caller's token itself. */
  behindLoadBalancer: z.boolean(),
});
export type ConsoleRef = z.infer<typeof consoleRef>;

/** One parameter of the change set, and where its value comes from. */
export const plannedParameter = z.object({
  key: z.string().min(1),
  use: z.enum(['previous', 'value']),
  /** With `value`: from the input, or a default of the guide's. */
  value: z.string().optional(),
});

/** What the plan has decided for the web console. */
export const consolePlan = consoleRef.extend({
  /** Names of all its DynamoDB tables: what is backed up. */
  tables: z.array(z.string()),
  status: z.string(),
  /** Full version, build included, as the API Lambda's environment tells it. */
  version: z.string(),
  /** Release that is aimed at, for example `v1.1.7`. */
  targetVersion: z.string(),
  variant: z.enum(CONSOLE_VARIANTS).optional(),
  decision: z.enum(['upgrade', 'skip']),
  /** What would change, or why it is skipped, in one sentence. */
  reason: z.string(),
  /** With `upgrade`. */
  templateUrl: z.string().optional(),
  /** Parameters of the new template; those left out take its default. */
  parameters: z.array(plannedParameter),
  capabilities: z.array(z.string()),
});
export type ConsolePlan = z.infer<typeof consolePlan>;
