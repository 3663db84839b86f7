import type { Construct } from 'constructs';
import { anyRegion, roleArn } from './arns';
import type { Permission } from './permission';

/** The solution's Data API roles, whose trust policies name the account, and those that customers named themselves. */
export function useWarehouse(scope: Construct, customersRoles: readonly string[]): Permission[] {
  return [
    {
      actions: ['sts:AssumeRole'],
      resources: [roleArn(scope, 'Clickstream*'), roleArn(scope, '*-Clickstream*'), ...customersRoles],
      wildcards:
        'Generated names begin with the name of a stack of the solution, or with its role prefix and that name.',
    },
  ];
}

/** Reads a workgroup's limits. */
export function describeWorkgroups(scope: Construct): Permission[] {
  return [
    {
      actions: ['redshift-serverless:GetWorkgroup'],
      resources: [anyRegion(scope, 'redshift-serverless', 'workgroup', '*', '/')],
      wildcards: 'ARNs of workgroups carry an id instead of the name; reads only.',
    },
  ];
}
