import type { AssociatedRoles } from '../redshift/associated-roles';

/** A serverless workgroup, as far as an upgrade looks at it and changes it. Changes are made in place. */
export interface Workgroup {
  region: string;
  name: string;
  arn: string;
  namespaceName: string;
  /** In force while the price-performance target is off; GetWorkgroup says -1 while it is on. */
  baseCapacityRpu: number;
  /** None where it is left out. */
  maxCapacityRpu?: number;
  /** Off where it is left out. */
  pricePerformanceTarget?: PriceTarget;
  createdMs: number;
  /** `parameterKey` → `parameterValue`, for example `max_query_execution_time` in seconds. */
  parameters: Record<string, string>;
  /** A change is under way: it is MODIFYING. */
  busy?: boolean;
  /** IAM roles of its namespace; where it is left out, the one of the solution's COPY: see `rolesOf`. */
  roles?: AssociatedRoles;
  /** Minutes between two recovery points, 30 where it is left out; 0: there are none. */
  recoveryPointMinutes?: number;
}

export interface PriceTarget {
  status: 'ENABLED' | 'DISABLED';
  /** 1 (cost) to 100 (speed). */
  level: number;
}

/** A base capacity that GetWorkgroup shows while Redshift chooses it. Source: go-to-k/cdk-real-drift, pull request 1504 */
const CHOSEN_BY_REDSHIFT = -1;

export function isTargetOn({ pricePerformanceTarget: target }: Workgroup): boolean {
  return target?.status === 'ENABLED';
}

/** As GetWorkgroup and UpdateWorkgroup answer it. Source: Redshift Serverless API Reference, Workgroup */
export function shownWorkgroup(workgroup: Workgroup): Record<string, unknown> {
  const { maxCapacityRpu: max, pricePerformanceTarget: target } = workgroup;
  return {
    workgroupName: workgroup.name,
    workgroupArn: workgroup.arn,
    workgroupId: workgroup.arn.slice(workgroup.arn.lastIndexOf('/') + 1),
    namespaceName: workgroup.namespaceName,
    baseCapacity: isTargetOn(workgroup) ? CHOSEN_BY_REDSHIFT : workgroup.baseCapacityRpu,
    ...(max === undefined ? {} : { maxCapacity: max }),
    ...(target === undefined ? {} : { pricePerformanceTarget: { ...target } }),
    status: workgroup.busy === true ? 'MODIFYING' : 'AVAILABLE',
    creationDate: new Date(workgroup.createdMs),
    configParameters: Object.entries(workgroup.parameters).map(([parameterKey, parameterValue]) => ({
      parameterKey,
      parameterValue,
    })),
  };
}
