import '../../support/silence';
import type * as Stacks from '../../../../lambda/shared/solution/stacks';
import type { SimulatedStack } from '../../../../rehearsal/aws/cloudformation/stacks';
import { described, OLD } from '../../../rehearsal/solution/solution-bench';
import { SolutionBench } from '../../support/solution-bench';

describe('Resources of a stack', () => {
  let bench: SolutionBench;
  let stack: SimulatedStack;
  let stacks: typeof Stacks;

  beforeEach(async () => {
    // What was listed is remembered for the life of a module, and each test has an account of its own.
    jest.resetModules();
    stacks = await import('../../../../lambda/shared/solution/stacks');
    bench = new SolutionBench({ ...described(), version: OLD });
    await bench.open();
    stack = bench.stack('DataModelingRedshift');
  });
  afterEach(() => bench.close());

  const lists = (): number => bench.account.callLog.of('cloudformation', 'ListStackResources').length;
  async function physicalIds(): Promise<string[]> {
    const found = await stacks.findStack(stack.region, stack.stackName);
    if (found === undefined) throw new Error(`${stack.stackName} was not found`);
    return (await stacks.resourcesOf(stack.region, found)).map(({ physicalId }) => physicalId);
  }

  test('are listed once while it is at rest, nested ones included', async () => {
    const all = await physicalIds();
    const before = lists();
    expect(await physicalIds()).toEqual(all);
    expect(lists()).toBe(before);
    const nested = bench.solution.stacks.filter(({ parentId }) => parentId === stack.stackId);
    const own = [stack, ...nested].flatMap(({ resources }) => resources);
    const expected = own
      .filter(({ type }) => type !== 'AWS::CloudFormation::Stack')
      .map(({ physicalId }) => physicalId);
    expect([...all].sort()).toEqual(expected.sort());
  });

  test('are listed anew while it is updated, and after every update', async () => {
    await physicalIds();
    stack.status = 'UPDATE_IN_PROGRESS';
    stack.updatedMs = bench.account.clock.now();
    for (const physicalId of ['first', 'second']) {
      stack.resources.push({ logicalId: physicalId, physicalId, type: 'AWS::Events::Rule' });
      expect(await physicalIds()).toContain(physicalId);
    }
    stack.status = 'UPDATE_COMPLETE';
    stack.resources.push({ logicalId: 'third', physicalId: 'third', type: 'AWS::Events::Rule' });
    expect(await physicalIds()).toContain('third');
    // The same parameters once more, and a resource is replaced.
    stack.updatedMs += 60_000;
    stack.resources.push({ logicalId: 'fourth', physicalId: 'fourth', type: 'AWS::Events::Rule' });
    expect(await physicalIds()).toContain('fourth');
  });
});
