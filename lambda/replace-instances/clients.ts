import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';

/** Clients of one region, for the life of the Lambda environment. */
export interface FleetClients {
  ecs: ECSClient;
  groups: AutoScalingClient;
  scaling: ApplicationAutoScalingClient;
  balancing: ElasticLoadBalancingV2Client;
}

const regions = new Map<string, FleetClients>();

export function fleetClients(region: string): FleetClients {
  const known = regions.get(region);
  if (known !== undefined) return known;
  const made = {
    ecs: new ECSClient({ region }),
    groups: new AutoScalingClient({ region }),
    scaling: new ApplicationAutoScalingClient({ region }),
    balancing: new ElasticLoadBalancingV2Client({ region }),
  };
  regions.set(region, made);
  return made;
}

/** In pieces no longer than an API takes. */
export function chunks<T>(items: readonly T[], size: number): T[][] {
  const found: T[][] = [];
  for (let from = 0; from < items.length; from += size) found.push(items.slice(from, from + size));
  return found;
}
