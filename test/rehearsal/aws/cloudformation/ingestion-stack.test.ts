import {
  solutionOf,
  type IngestionChoice,
  type Solution,
  type SolutionDescription,
} from '../../../../rehearsal/aws/cloudformation/solution-stacks';
import type { SimulatedStack } from '../../../../rehearsal/aws/cloudformation/stacks';
import { IngestionFleets } from '../../../../rehearsal/aws/ingestion-fleet/fleets';
import { VirtualClock } from '../../../../rehearsal/clock';
import { resourceChanges } from '../../../../rehearsal/solution/resource-changes';
import { seededRandom, uuidsOf } from '../../../../rehearsal/random';

const OLD = 'v1.1.5-202403071513';
const NEW = 'v1.1.7-202409201200';
const EC2: IngestionChoice = { infra: 'EC2', warmPool: 1 };

describe('the ingestion stack as a rehearsal finds it', () => {
  it('nests cluster, service and group under names that CloudFormation has made, and has no output that tells them', () => {
    const solution = solutionOf(description(OLD, EC2));
    const [fleet] = solution.fleets;
    const nested = nestedOf(solution);
    const physicalIds = new Map(nested.resources.map(({ type, physicalId }) => [type, physicalId]));

    expect(nested.stackName).toMatch(/^Clickstream-Ingestion-s3-.*IngestionServer/);
    expect(physicalIds.get('AWS::ECS::Cluster')).toBe(fleet?.clusterName);
    expect(physicalIds.get('AWS::ECS::Service')).toBe(
      `arn:aws:ecs:us-east-1:123456789012:service/${fleet?.clusterName ?? ''}/${fleet?.serviceName ?? ''}`,
    );
    expect(physicalIds.get('AWS::AutoScaling::AutoScalingGroup')).toBe(fleet?.ec2?.groupName);
    expect(physicalIds.get('AWS::AutoScaling::WarmPool')).toBe(fleet?.ec2?.groupName);
    expect(physicalIds.get('AWS::ElasticLoadBalancingV2::TargetGroup')).toBe(fleet?.targetGroupArn);
    expect(physicalIds.get('AWS::ApplicationAutoScaling::ScalableTarget')).toBe(
      `service/${fleet?.clusterName ?? ''}/${fleet?.serviceName ?? ''}|ecs:service:DesiredCount|ecs`,
    );
    const outputs = JSON.stringify(ingestionOf(solution).outputs);
    expect(outputs).not.toContain(fleet?.clusterName);
    for (const name of [fleet?.clusterName, fleet?.serviceName, fleet?.ec2?.groupName]) {
      expect(name).toMatch(/^Clickstream-Ingestion-s3-[\w-]{1,230}$/);
    }
  });

  it('launches from a configuration before 1.1.7 and from a template since', () => {
    const [old, young] = [OLD, NEW].map((version) => solutionOf(description(version, EC2)));
    if (old === undefined || young === undefined) throw new Error('no solutions');

    expect(old.fleets[0]?.ec2?.launch).toBe('configuration');
    expect(young.fleets[0]?.ec2?.launch).toBe('template');
    const changes = resourceChanges(nestedOf(old), nestedOf(young));
    const told = changes.filter(({ action }) => action !== 'Modify').map(({ action, type }) => `${action} ${type}`);
    expect(told.sort()).toEqual([
      'Add AWS::EC2::LaunchTemplate',
      'Add AWS::IAM::Role',
      'Remove AWS::AutoScaling::LaunchConfiguration',
      'Remove AWS::IAM::Role',
    ]);
    expect(nestedOf(young).stackId).toBe(nestedOf(old).stackId);
  });

  it('has a service without instances on Fargate, in a stack without a sink in its name', () => {
    const solution = solutionOf(description('v1.2.0-202412010000', { infra: 'FARGATE' }));
    const types = nestedOf(solution).resources.map(({ type }) => type);

    expect(ingestionOf(solution).stackName).toMatch(/^Clickstream-Ingestion-[0-9a-f]{32}$/);
    expect(types).toEqual(expect.arrayContaining(['AWS::ECS::Cluster', 'AWS::ECS::Service']));
    expect(types.join()).not.toMatch(/AutoScalingGroup|CapacityProvider|Launch|WarmPool/);
    expect(solution.fleets[0]).not.toHaveProperty('ec2');
  });

  it('is there without servers where a project says nothing of them', () => {
    const { projects, ...rest } = description(NEW, EC2);
    const bare = projects.map((project) => {
      const { ingestion, ...others } = project;
      expect(ingestion).toBeDefined();
      return others;
    });
    const solution = solutionOf({ ...rest, projects: bare });

    expect(solution.fleets).toEqual([]);
    expect(ingestionOf(solution).resources.map(({ type }) => type)).not.toContain('AWS::CloudFormation::Stack');
  });

  it('gives the fleet what it is made of, and tells it of its updates', () => {
    const clock = new VirtualClock(0);
    const fleets = new IngestionFleets({ clock, newId: uuidsOf(seededRandom(1)) });
    for (const fleet of solutionOf(description(OLD, { ...EC2, desired: 3 })).fleets) fleets.add(fleet);
    const { group, service } = fleets.of('shop');

    expect(service.desired).toBe(3);
    expect(group).toMatchObject({ min: 2, max: 5, desired: 3, launch: { kind: 'configuration' } });
    expect(group?.warm).toHaveLength(1);
    expect(() => fleets.add(fleets.of('shop').description)).toThrow('has an ingestion fleet already');

    fleets.onStackUpdated('shop', 'Metrics', NEW);
    fleets.onStackUpdated('shop', 'Ingestion', 'v1.1.6-202406010000');
    fleets.onStackUpdated('no fleet', 'Ingestion', NEW);
    expect(group?.launch.kind).toBe('configuration');
    fleets.onStackUpdated('shop', 'Ingestion', NEW);
    fleets.onStackCleanedUp('shop', 'Ingestion');
    expect(group?.launch.kind).toBe('template');
    expect(fleets.of('shop').isConfigurationThere).toBe(false);
    clock.close();
  });
});

function description(version: string, ingestion: IngestionChoice): SolutionDescription {
  return {
    partition: 'aws',
    accountId: '123456789012',
    console: { region: 'eu-west-1', stackName: 'clickstream-console', version },
    projects: [
      { projectId: 'shop', region: 'us-east-1', apps: [{ appId: 'web' }], servers: { min: 2, max: 5 }, ingestion },
    ],
    createdMs: Date.UTC(2025, 0, 1),
  };
}

function ingestionOf({ stacks }: Solution): SimulatedStack {
  const stack = stacks.find(({ stackName, parentId }) => parentId === undefined && stackName.includes('-Ingestion-'));
  if (stack === undefined) throw new Error('no ingestion stack');
  return stack;
}

function nestedOf(solution: Solution): SimulatedStack {
  const { stackId, resources } = ingestionOf(solution);
  const nested = solution.stacks.find(({ parentId }) => parentId === stackId);
  expect(resources).toContainEqual(
    expect.objectContaining({ type: 'AWS::CloudFormation::Stack', physicalId: nested?.stackId }),
  );
  if (nested === undefined) throw new Error('nothing is nested');
  return nested;
}
