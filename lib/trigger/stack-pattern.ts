import { Aws, Fn } from 'aws-cdk-lib';
import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { OPERATION_PREFIX } from '../../lambda/shared/change-set/names';

/** Which stacks' updates are listened to. */
export interface WatchedStacks {
  /** Name of the console's stack, in this region. */
  consoleStack?: string;
  /** Regions whose stacks of pipelines are watched. */
  pipelineRegions: readonly string[];
}

/**
 * Updates of the watched stacks that ended well and are not our own. An event without a token passes by an alternative of
 * its own: `anything-but` wants the member to be there. Stacks of pipelines are named `Clickstream-…`, or so after a role
 * prefix; those nested in them are named after them, and are left out by the Lambda.
 * Source: EventBridge User Guide, eb-create-pattern-operators
 */
export function stackPattern({ consoleStack, pipelineRegions }: WatchedStacks): EventPattern {
  return {
    source: ['aws.cloudformation'],
    detailType: ['CloudFormation Stack Status Change'],
    detail: {
      'stack-id': [
        ...(consoleStack === undefined ? [] : [{ prefix: stackArn(Aws.REGION, `${consoleStack}/`) }]),
        ...pipelineRegions.flatMap((region) => [
          { prefix: stackArn(region, 'Clickstream-') },
          { wildcard: stackArn(region, '*-Clickstream-*') },
        ]),
      ],
      'status-details': { status: ['UPDATE_COMPLETE'] },
      $or: [
        { 'client-request-token': [{ exists: false }] },
        { 'client-request-token': [{ 'anything-but': { prefix: OPERATION_PREFIX } }] },
      ],
    },
  };
}

function stackArn(region: string, name: string): string {
  return Fn.join(':', ['arn', Aws.PARTITION, 'cloudformation', region, Aws.ACCOUNT_ID, `stack/${name}`]);
}
