import { notSimulated } from '../not-simulated';
import { lambdaFunction, RULES, type Place, type Rule } from './resource-rules';
import type { TemplateChange } from './stack-update';
import type { SimulatedStack } from './stacks';

/** One permission that CloudFormation needs of whom it acts for, to change a resource. */
export interface ResourcePermission {
  action: string;
  resource: string;
  /** Of the caller's session that CloudFormation forwards. Source: IAM User Guide, aws:CalledViaFirst */
  context: Record<string, string>;
}

/** A custom resource is its function's work. */
const CUSTOM: Rule = {
  actions: ['lambda:InvokeFunction', 'lambda:InvokeFunction', 'lambda:InvokeFunction'],
  arn: lambdaFunction,
};

const POSITION: Record<TemplateChange['action'], 0 | 1 | 2> = { Add: 0, Modify: 1, Remove: 2 };

/**
 * What CloudFormation must be allowed to make this change; undefined for what is no resource of any service.
 *
 * @throws AwsError RehearsalNotSimulated for types that nobody has described yet
 */
export function permissionFor(stack: SimulatedStack, change: TemplateChange): ResourcePermission | undefined {
  const { type, action, logicalId } = change;
  if (type === 'AWS::CDK::Metadata') return undefined;
  const isCustom = type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
  const rule = isCustom ? CUSTOM : RULES[type];
  if (rule === undefined) throw notSimulated(`the permissions to change a ${type}`);
  const [, partition = '', , region = '', account = ''] = stack.stackId.split(':');
  const generated = `${stack.stackName}-${logicalId}-unknown`;
  const known = change.physicalId ?? stack.resources.find((resource) => resource.logicalId === logicalId)?.physicalId;
  // What stands behind a custom resource, or which role a policy is for, the template alone knows.
  const id = isCustom || type === 'AWS::IAM::Policy' ? generated : (known ?? generated);
  return {
    action: rule.actions[POSITION[action]],
    resource: resourceOf(rule, action, { partition, region, account, id }),
    context: {
      'aws:CalledViaFirst': 'cloudformation.amazonaws.com',
      'aws:CalledViaLast': 'cloudformation.amazonaws.com',
    },
  };
}

function resourceOf(rule: Rule, action: TemplateChange['action'], place: Place & { partition: string }): string {
  const arn = action === 'Add' ? (rule.arnToAdd ?? rule.arn) : rule.arn;
  return arn === 'everything' ? '*' : `arn:${place.partition}:${arn(place)}`;
}

/** The words in which a resource's handler tells of a denial, as a stack's event shows them. */
export function deniedReason(message: string, action: string): string {
  const service = action.slice(0, action.indexOf(':'));
  const name = service.charAt(0).toUpperCase() + service.slice(1);
  return `Resource handler returned message: "${message} (Service: ${name}, Status Code: 403, Request ID: 00000000-0000-4000-8000-000000000000)" (RequestToken: 00000000-0000-4000-8000-000000000000, HandlerErrorCode: AccessDenied)`;
}
