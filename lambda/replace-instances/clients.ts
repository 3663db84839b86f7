import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { perRegion } from '../shared/per-region';
import { guarded } from '../shared/guard/guard';

/** Clients of one region, for the life of the Lambda environment. */
export const fleetClients = perRegion((region) => ({
  ecs: guarded(new ECSClient({ region })),
  groups: guarded(new AutoScalingClient({ region })),
  scaling: guarded(new ApplicationAutoScalingClient({ region })),
  balancing: guarded(new ElasticLoadBalancingV2Client({ region })),
}));
export type FleetClients = ReturnType<typeof fleetClients>;

/** In pieces no longer than an API takes. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  const found: T[][] = [];
  for (let from = 0; from < items.length; from += size) found.push(items.slice(from, from + size));
  return found;
}
