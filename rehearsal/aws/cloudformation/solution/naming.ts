import { deterministicUuid, nameSuffix } from '../../../template/physical-names';
import { isAtLeast, type SolutionDescription, type SolutionProject } from './description';

/** Names and ARNs of the solution in one account; every id follows from the names, so rehearsals repeat exactly. */
export class SolutionNames {
  constructor(private readonly solution: Pick<SolutionDescription, 'partition' | 'accountId' | 'console'>) {}

  get urlSuffix(): string {
    return this.solution.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  }

  arn(service: string, region: string, resource: string): string {
    return `arn:${this.solution.partition}:${service}:${region}:${this.solution.accountId}:${resource}`;
  }

  roleArn(roleName: string): string {
    return this.arn('iam', '', `role/${roleName}`);
  }

  stackId(region: string, stackName: string): string {
    return this.arn(
      'cloudformation',
      region,
      `stack/${stackName}/${deterministicUuid(`${this.solution.accountId}/${region}/${stackName}`)}`,
    );
  }

  pipelineId(project: SolutionProject): string {
    return project.pipelineId ?? deterministicUuid(`pipeline/${project.projectId}`).replaceAll('-', '');
  }

  /** `<prefix>-<type>-<pipeline id>`: the prefix is `Clickstream`, after the role prefix where there is one. */
  pipelineStack(project: SolutionProject, type: string): string {
    const { iamRolePrefix, version } = this.solution.console;
    const hasPrefix = iamRolePrefix !== undefined && iamRolePrefix !== '' && isAtLeast(version, '1.1.6');
    return `${hasPrefix ? `${iamRolePrefix}-` : ''}Clickstream-${type}-${this.pipelineId(project)}`;
  }

  /** A state machine's generated name: its logical id and a random end. */
  generated(logicalId: string, seed: string): string {
    return `${logicalId}-${nameSuffix(seed)}`;
  }

  /**
   * Tags on every stack of a pipeline, which CloudFormation hands on to its resources.
   * Source: awslabs/clickstream-analytics-on-aws, stack-excution.ts
   */
  tags(project: SolutionProject): Record<string, string> {
    return {
      'aws-solution/name': 'Clickstream',
      'aws-solution/version': project.version ?? this.solution.console.version,
      'aws-solution/clickstream/project': project.projectId,
    };
  }
}
