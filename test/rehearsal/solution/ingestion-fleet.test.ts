import { solutionOf } from '../../../rehearsal/aws/cloudformation/solution-stacks';
import type { IngestionFleet } from '../../../rehearsal/aws/ingestion-fleet/fleet';
import { IngestionFleets } from '../../../rehearsal/aws/ingestion-fleet/fleets';
import { seededRandom, uuidsOf } from '../../../rehearsal/random';
import { described, SolutionBench } from './solution-bench';

const description = described();
const projects = description.projects.map((project) => ({ ...project, ingestion: { infra: 'EC2' as const } }));

describe('an ingestion fleet whose pipeline is upgraded', () => {
  let bench: SolutionBench;
  let fleets: IngestionFleets;

  beforeEach(async () => {
    bench = await new SolutionBench({ ...description, projects }, undefined, {
      onStackUpdated: (...of) => fleets.onStackUpdated(...of),
      onStackCleanedUp: (projectId, type) => fleets.onStackCleanedUp(projectId, type),
    }).open();
    fleets = new IngestionFleets({ clock: bench.account.clock, newId: uuidsOf(seededRandom(3)) });
    for (const fleet of solutionOf(bench.description).fleets) fleets.add(fleet);
  });
  afterEach(() => bench.close());

  const fleet = (): IngestionFleet => fleets.of('project1');
  const upgrade = async (): Promise<void> => {
    await bench.life.api.handle(() => ({
      method: 'POST',
      path: `/api/pipeline/${bench.pipelineId}/upgrade`,
      query: { pid: 'project1' },
      headers: { 'x-click-stream-request-id': 'one' },
      body: {},
      authorizationToken: bench.life.token({ email: 'admin@example.com' }),
    }));
  };
  const resourceTypes = (): string[] => {
    const { stackId } = bench.stack('Ingestion');
    const nested = bench.registry.inRegion('eu-west-1').find(({ parentId }) => parentId === stackId);
    return (nested?.resources ?? []).map(({ type }) => type).filter((type) => type.includes('Launch'));
  };

  it('gets a template and loses its launch configuration, and keeps its old instances', async () => {
    expect(resourceTypes()).toEqual(['AWS::AutoScaling::LaunchConfiguration']);
    await upgrade();
    await bench.account.clock.sleep(4 * 3_600_000);

    expect(bench.stack('Ingestion').status).toBe('UPDATE_COMPLETE');
    expect(resourceTypes()).toEqual(['AWS::EC2::LaunchTemplate']);
    expect(fleet().group?.launch.kind).toBe('template');
    expect(fleet().isConfigurationThere).toBe(false);
    expect(fleet().group?.members.map(({ launch }) => launch.kind)).toEqual(['configuration', 'configuration']);
    expect(fleet().record.leastSince()).toBe(2);
  });

  it('stays as it was when the update of its stack is rolled back', async () => {
    const failure = { logicalId: 'asg', type: 'AWS::AutoScaling::AutoScalingGroup', reason: 'no' };
    bench.life.pipeline('project1').plan({ failures: { Ingestion: [failure] } });
    await upgrade();
    await bench.account.clock.sleep(4 * 3_600_000);

    expect(bench.stack('Ingestion').status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(resourceTypes()).toEqual(['AWS::AutoScaling::LaunchConfiguration']);
    expect(fleet().group?.launch.kind).toBe('configuration');
    expect(fleet().isConfigurationThere).toBe(true);
  });
});
