import { deterministicUuid } from './physical-names';

/** Where a template is (as if) deployed: what its pseudo parameters answer. */
export interface DeploymentEnvironment {
  partition: 'aws' | 'aws-cn';
  region: string;
  accountId: string;
  stackName: string;
  /** Values of template parameters that have no default, or other ones than the default. */
  parameters?: Record<string, string>;
}

/**
 * The stack id, made from the name so that a rehearsal can be repeated exactly.
 * Form: arn:partition:cloudformation:region:account:stack/name/uuid
 */
export function stackIdOf(environment: DeploymentEnvironment): string {
  const uuid = deterministicUuid(`${environment.accountId}/${environment.region}/${environment.stackName}`);
  return `arn:${environment.partition}:cloudformation:${environment.region}:${environment.accountId}:stack/${environment.stackName}/${uuid}`;
}

/**
 * Value of a pseudo parameter, or undefined when the name is none.
 * `AWS::NoValue` is not among them: it removes the property it stands in.
 * Source: CloudFormation User Guide, pseudo-parameter-reference
 */
export function pseudoParameter(name: string, environment: DeploymentEnvironment): string | string[] | undefined {
  switch (name) {
    case 'AWS::Partition':
      return environment.partition;
    case 'AWS::Region':
      return environment.region;
    case 'AWS::AccountId':
      return environment.accountId;
    case 'AWS::StackName':
      return environment.stackName;
    case 'AWS::StackId':
      return stackIdOf(environment);
    case 'AWS::URLSuffix':
      return environment.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    case 'AWS::NotificationARNs':
      return [];
    default:
      return undefined;
  }
}
