import { text } from '../input';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall, type SimulatedService } from '../service';

/** A serverless workgroup, as far as an upgrade looks at it. */
export interface Workgroup {
  region: string;
  name: string;
  arn: string;
  namespaceName: string;
  baseCapacityRpu: number;
  createdMs: number;
  /** `parameterKey` → `parameterValue`, for example `max_query_execution_time` in seconds. */
  parameters: Record<string, string>;
}

/**
 * The read-only part of the Amazon Redshift Serverless API.
 * Source: Amazon Redshift Serverless API Reference, GetWorkgroup
 */
export class RedshiftServerless implements SimulatedService {
  readonly signingName = 'redshift-serverless';
  private readonly workgroups: Workgroup[] = [];

  /** Adds a workgroup. Throws when the region has one of that name. */
  add(workgroup: Workgroup): void {
    if (this.find(workgroup.region, workgroup.name) !== undefined) {
      throw new Error(`There is a workgroup ${workgroup.name} in ${workgroup.region} already`);
    }
    this.workgroups.push(workgroup);
  }

  find(region: string, name: string): Workgroup | undefined {
    return this.workgroups.find((workgroup) => workgroup.region === region && workgroup.name === name);
  }

  handle(call: ServiceCall): Promise<Record<string, unknown>> {
    return new Promise((resolve) => resolve(this.answer(call)));
  }

  private answer(call: ServiceCall): Record<string, unknown> {
    if (call.operation !== 'GetWorkgroup') throw notSimulated(`redshift-serverless:${call.operation}`);
    refuseOtherMembers(call, ['workgroupName']);
    const name = text(call, 'workgroupName');
    const workgroup = this.find(call.region, name);
    if (workgroup === undefined) {
      throw new AwsError('ResourceNotFoundException', `The workgroup ${name} does not exist.`, 400, {
        resourceName: name,
      });
    }
    return {
      workgroup: {
        workgroupName: workgroup.name,
        workgroupArn: workgroup.arn,
        workgroupId: workgroup.arn.slice(workgroup.arn.lastIndexOf('/') + 1),
        namespaceName: workgroup.namespaceName,
        baseCapacity: workgroup.baseCapacityRpu,
        status: 'AVAILABLE',
        creationDate: new Date(workgroup.createdMs),
        configParameters: Object.entries(workgroup.parameters).map(([parameterKey, parameterValue]) => ({
          parameterKey,
          parameterValue,
        })),
      },
    };
  }
}
