import { text } from '../../input';
import { regionalArn } from '../../arns';
import { notSimulated } from '../../not-simulated';
import type { ServiceCall } from '../../service';
import { onEverything, on, type ActionRule, type ActionTable } from './action';

const onStack = on(stackArn);

/** Change sets are guarded by their stack's ARN, and by their name as a condition. */
const onChangeSet: ActionRule = (call) => {
  const name = text(call, 'ChangeSetName');
  if (text(call, 'StackName') === '') throw notSimulated(`cloudformation:${call.operation} without StackName`);
  return [
    {
      action: `cloudformation:${call.operation}`,
      resource: stackArn(call),
      ...(name === '' ? {} : { context: { 'cloudformation:ChangeSetName': name } }),
    },
  ];
};

/** Source: Service Authorization Reference, "AWS CloudFormation". */
export const cloudformationActions: ActionTable = {
  DescribeStacks: onStack,
  DescribeStackResource: onStack,
  DescribeStackResources: onStack,
  ListStackResources: onStack,
  DescribeStackEvents: onStack,
  GetTemplate: onStack,
  GetTemplateSummary: onStack,
  ListStacks: onEverything,
  ListExports: onEverything,
  ListChangeSets: onStack,
  CreateChangeSet: onChangeSet,
  DescribeChangeSet: onChangeSet,
  ExecuteChangeSet: onChangeSet,
  DeleteChangeSet: onChangeSet,
};

/** Called by its name, a stack is asked for as `stack/<name>/*`: a policy with the id in it does not match then. */
function stackArn(call: ServiceCall): string {
  const name = text(call, 'StackName') || text(call, 'PhysicalResourceId') || '*';
  if (name.startsWith('arn:')) return name;
  return regionalArn('cloudformation', call.region, call.caller.accountId, `stack/${name}/*`);
}
