import type { Construct } from 'constructs';
import { anyRegion } from './arns';
import type { Permission } from './permission';
import { followRefreshes } from './recalculate';
import { describeWorkgroups, useWarehouse } from './warehouse';

/**
 * Beside what every step has: changes workgroups, and asks whether calls are still alive before it makes one smaller.
 *
 * @param customersRoles ARNs of Data API roles that do not follow the solution's names
 */
export function scaleWarehousePermissions(scope: Construct, customersRoles: readonly string[] = []): Permission[] {
  return [
    ...describeWorkgroups(scope),
    {
      actions: ['redshift-serverless:UpdateWorkgroup'],
      resources: [anyRegion(scope, 'redshift-serverless', 'workgroup', '*', '/')],
      wildcards:
        'ARNs of workgroups carry a generated id instead of the name, and one that a customer brought along has no tag ' +
        'of the solution.',
    },
    ...followRefreshes(scope),
    ...useWarehouse(scope, customersRoles),
  ];
}
