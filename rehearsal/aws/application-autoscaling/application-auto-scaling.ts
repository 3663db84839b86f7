import { deterministicUuid } from '../../template/physical-names';
import { partitionOf, regionalArn } from '../arns';
import type { IngestionFleet } from '../ingestion-fleet/fleet';
import type { IngestionFleets } from '../ingestion-fleet/fleets';
import { count, pageOf, texts } from '../ingestion-fleet/paging';
import { text } from '../input';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall, type SimulatedService } from '../service';

const DIMENSION = 'ecs:service:DesiredCount';
const PAGE_SIZE = 50;

/**
 * Scalable targets of the ingestion services.
 * Source: Application Auto Scaling API Reference, DescribeScalableTargets, RegisterScalableTarget
 */
export class ApplicationAutoScaling implements SimulatedService {
  readonly signingName = 'application-autoscaling';

  constructor(private readonly fleets: IngestionFleets) {}

  handle(call: ServiceCall): Promise<Record<string, unknown>> {
    return new Promise((resolve) => resolve(this.answer(call)));
  }

  private answer(call: ServiceCall): Record<string, unknown> {
    switch (call.operation) {
      case 'DescribeScalableTargets':
        return this.describe(call);
      case 'RegisterScalableTarget':
        return this.register(call);
      default:
        throw notSimulated(`application-autoscaling:${call.operation}`);
    }
  }

  private describe(call: ServiceCall): Record<string, unknown> {
    refuseOtherMembers(call, ['ServiceNamespace', 'ResourceIds', 'ScalableDimension', 'MaxResults', 'NextToken']);
    this.demandEcs(call);
    const ids = texts(call.input['ResourceIds']);
    const found = this.fleets
      .inRegion(call.region)
      .filter((fleet) => ids.length === 0 || ids.includes(resourceIdOf(fleet)));
    const size = count(call.input['MaxResults']) ?? PAGE_SIZE;
    const { items, next } = pageOf(
      found,
      size,
      call.input['NextToken'],
      () => new AwsError('InvalidNextTokenException', 'The next token is not valid.'),
    );
    return { ScalableTargets: items.map(describeTarget), NextToken: next };
  }

  /** What is left out stays as it is; a part of SuspendedState as well. */
  private register(call: ServiceCall): Record<string, unknown> {
    refuseOtherMembers(call, [
      'ServiceNamespace',
      'ResourceId',
      'ScalableDimension',
      'MinCapacity',
      'MaxCapacity',
      'SuspendedState',
    ]);
    this.demandEcs(call);
    const fleet = this.fleets
      .inRegion(call.region)
      .find((candidate) => resourceIdOf(candidate) === text(call, 'ResourceId'));
    if (fleet === undefined) {
      throw new AwsError('ValidationException', `ECS service doesn't exist: ${text(call, 'ResourceId')}`);
    }
    const { target } = fleet;
    const min = count(call.input['MinCapacity']) ?? target.min;
    const max = count(call.input['MaxCapacity']) ?? target.max;
    if (min > max) {
      throw new AwsError('ValidationException', 'Maximum capacity cannot be less than minimum capacity');
    }
    const suspended = (call.input['SuspendedState'] ?? {}) as Partial<typeof target.suspended>;
    Object.assign(target, { min, max });
    Object.assign(target.suspended, suspended);
    fleet.settle();
    return { ScalableTargetARN: arnOf(fleet) };
  }

  private demandEcs(call: ServiceCall): void {
    const [namespace, dimension] = [text(call, 'ServiceNamespace'), text(call, 'ScalableDimension')];
    if (namespace !== 'ecs' || (dimension !== '' && dimension !== DIMENSION)) {
      throw notSimulated(`application-autoscaling of ${namespace} ${dimension}`);
    }
  }
}

function resourceIdOf({ description }: IngestionFleet): string {
  return `service/${description.clusterName}/${description.serviceName}`;
}

function arnOf({ description }: IngestionFleet): string {
  const { region, accountId, projectId } = description;
  return regionalArn(
    'application-autoscaling',
    region,
    accountId,
    `scalable-target/${deterministicUuid(`scalable-target/${projectId}`).replaceAll('-', '')}`,
  );
}

function describeTarget(fleet: IngestionFleet): Record<string, unknown> {
  const { target, description } = fleet;
  const { accountId, region } = description;
  return {
    ServiceNamespace: 'ecs',
    ResourceId: resourceIdOf(fleet),
    ScalableDimension: DIMENSION,
    MinCapacity: target.min,
    MaxCapacity: target.max,
    RoleARN: `arn:${partitionOf(region)}:iam::${accountId}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
    CreationTime: new Date(target.createdMs),
    SuspendedState: { ...target.suspended },
    ScalableTargetARN: arnOf(fleet),
  };
}
