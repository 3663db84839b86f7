import * as z from 'zod';

/**
 * What EventBridge tells of a stack. The token is that of the operation; where nobody gave one it is not there.
 * Source: CloudFormation User Guide, "CloudFormation Stack Status Change"
 */
export const stackEvent = z.object({
  id: z.string().min(1),
  /** ISO 8601, to the second. */
  time: z.iso.datetime(),
  region: z.string().min(1),
  detail: z.object({
    'stack-id': z.string().regex(/^arn:[^:]+:cloudformation:[^:]+:\d{12}:stack\/[^/]+\/.+$/, 'is no ARN of a stack'),
    'status-details': z.object({ status: z.string().min(1) }),
    'client-request-token': z.string().nullish(),
  }),
});
export type StackEvent = z.infer<typeof stackEvent>;

/** Name and region of the stack that an event is about. */
export function stackOf({ detail }: StackEvent): { stackId: string; stackName: string; region: string } {
  const stackId = detail['stack-id'];
  const [, , , region = '', , resource = ''] = stackId.split(':');
  return { stackId, stackName: resource.split('/')[1] ?? '', region };
}
