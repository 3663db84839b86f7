import { text } from '../../input';
import { regionalArn } from '../../arns';
import { templateObject } from '../../cloudformation/templates';
import { notSimulated } from '../../not-simulated';
import type { ServiceCall } from '../../service';
import { onEverything, on, type ActionRule, type ActionTable, type RequiredAction } from './action';
import { listBucketArn } from './s3';

const onStack = on(stackArn);

/** Change sets are guarded by their stack's ARN, and by their name as a condition. */
const onChangeSet: ActionRule = (call) => {
  const [name, url] = [text(call, 'ChangeSetName'), text(call, 'TemplateURL')];
  if (text(call, 'StackName') === '') throw notSimulated(`cloudformation:${call.operation} without StackName`);
  return [
    {
      action: `cloudformation:${call.operation}`,
      resource: stackArn(call),
      context: {
        ...(name === '' ? {} : { 'cloudformation:ChangeSetName': name }),
        ...(url === '' ? {} : { 'cloudformation:TemplateUrl': url }),
      },
    },
    ...onTemplate(call),
  ];
};

const onSummary: ActionRule = (call, directory) => [...onStack(call, directory), ...onTemplate(call)];

/** CloudFormation fetches a template as the caller. Source: CloudFormation User Guide, "Control access with IAM" */
function onTemplate(call: ServiceCall): RequiredAction[] {
  const object = templateObject(text(call, 'TemplateURL'));
  if (object === undefined) return [];
  const { bucket, key } = object;
  return [{ action: 's3:GetObject', resource: `${listBucketArn(call.region, bucket)}/${key}` }];
}

/** Source: Service Authorization Reference, "AWS CloudFormation". */
export const cloudformationActions: ActionTable = {
  DescribeStacks: onStack,
  DescribeStackResource: onStack,
  DescribeStackResources: onStack,
  ListStackResources: onStack,
  DescribeStackEvents: onStack,
  GetTemplate: onStack,
  GetTemplateSummary: onSummary,
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
