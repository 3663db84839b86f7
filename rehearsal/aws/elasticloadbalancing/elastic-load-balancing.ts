import { PROXY_PORT } from '../ecs/shapes';
import type { IngestionFleets } from '../ingestion-fleet/fleets';
import type { FleetTask } from '../ingestion-fleet/task';
import { text } from '../input';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall, type SimulatedService } from '../service';

/** Health of the targets of the ingestion fleets. Source: Elastic Load Balancing API Reference, DescribeTargetHealth */
export class ElasticLoadBalancing implements SimulatedService {
  readonly signingName = 'elasticloadbalancing';

  constructor(private readonly fleets: IngestionFleets) {}

  handle(call: ServiceCall): Promise<Record<string, unknown>> {
    return new Promise((resolve) => resolve(this.answer(call)));
  }

  private answer(call: ServiceCall): Record<string, unknown> {
    if (call.operation !== 'DescribeTargetHealth') throw notSimulated(`elasticloadbalancing:${call.operation}`);
    refuseOtherMembers(call, ['TargetGroupArn']);
    const arn = text(call, 'TargetGroupArn');
    const fleet = this.fleets.inRegion(call.region).find(({ description }) => description.targetGroupArn === arn);
    if (fleet === undefined) throw new AwsError('TargetGroupNotFoundException', 'One or more target groups not found');
    return { TargetHealthDescriptions: fleet.service.tasks.filter(({ target }) => target !== 'unused').map(describe) };
  }
}

function describe({ ip, target }: FleetTask): Record<string, unknown> {
  return {
    Target: { Id: ip, Port: PROXY_PORT },
    HealthCheckPort: 'traffic-port',
    TargetHealth: HEALTH[target],
  };
}

const HEALTH: Record<FleetTask['target'], Record<string, string>> = {
  unused: {},
  initial: {
    State: 'initial',
    Reason: 'Elb.InitialHealthChecking',
    Description: 'Initial health checks in progress',
  },
  healthy: { State: 'healthy' },
  unhealthy: { State: 'unhealthy', Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' },
  draining: {
    State: 'draining',
    Reason: 'Target.DeregistrationInProgress',
    Description: 'Target deregistration is in progress',
  },
};
