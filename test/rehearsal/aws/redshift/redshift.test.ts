import {
  ClusterNotFoundFault,
  ClusterSnapshotAlreadyExistsFault,
  ClusterSnapshotNotFoundFault,
  CreateClusterSnapshotCommand,
  DescribeClusterSnapshotsCommand,
  DescribeClustersCommand,
  InvalidClusterStateFault,
  RedshiftClient,
} from '@aws-sdk/client-redshift';
import { Redshift } from '../../../../rehearsal/aws/redshift/redshift';
import { Account, REGION, START_MS } from '../door-harness';
import { HeldClock } from '../held-clock';

const account = new Account();
const time = new HeldClock(account.clock);
const service = new Redshift(account.clock);
let client: RedshiftClient;

beforeAll(async () => {
  for (const identifier of ['one', 'two', 'three']) {
    service.add({ region: REGION, identifier, nodeType: 'ra3.xlplus', numberOfNodes: 2, createdMs: START_MS });
  }
  await account.open(service);
  client = account.client(RedshiftClient, { maxAttempts: 1 });
});
afterAll(() => account.close());

const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);
const create = (ClusterIdentifier: string, SnapshotIdentifier: string): Promise<unknown> =>
  client.send(
    new CreateClusterSnapshotCommand({ ClusterIdentifier, SnapshotIdentifier, ManualSnapshotRetentionPeriod: 30 }),
  );
const status = async (SnapshotIdentifier: string): Promise<string | undefined> =>
  (await client.send(new DescribeClusterSnapshotsCommand({ SnapshotIdentifier }))).Snapshots?.[0]?.Status;

describe('Clusters', () => {
  test('are described by name, in pages, or not at all', async () => {
    const { Clusters: one } = await client.send(new DescribeClustersCommand({ ClusterIdentifier: 'one' }));
    expect(one).toMatchObject([{ ClusterIdentifier: 'one', ClusterStatus: 'available', NumberOfNodes: 2 }]);
    expect(await failure(client.send(new DescribeClustersCommand({ ClusterIdentifier: 'four' })))).toBeInstanceOf(
      ClusterNotFoundFault,
    );
  });
});

describe('A snapshot of a cluster', () => {
  test('is creating for minutes, then available', async () => {
    await create('one', 'First-Snapshot');
    expect(await status('first-snapshot')).toBe('creating');
    await time.minutes(10);
    expect(await status('first-snapshot')).toBe('available');
    expect(service.snapshotsOf(REGION, 'one')).toMatchObject([{ identifier: 'first-snapshot', retentionDays: 30 }]);
  });

  test('may fail', async () => {
    service.failNextSnapshot();
    await create('one', 'unlucky');
    await time.minutes(10);
    expect(await status('unlucky')).toBe('failed');
  });

  test('has an identifier that no other snapshot has, of whichever cluster', async () => {
    await create('one', 'mine');
    expect(await failure(create('two', 'mine'))).toBeInstanceOf(ClusterSnapshotAlreadyExistsFault);
  });

  test.each(['two--hyphens', 'ends-', '1st', 'a_b'])('is refused with the identifier %s', async (identifier) => {
    expect(await failure(create('one', identifier))).toMatchObject({ name: 'InvalidParameterValue' });
  });

  test('is refused while the cluster is at something else', async () => {
    const cluster = service.findCluster(REGION, 'three');
    if (cluster !== undefined) cluster.status = 'resizing';
    expect(await failure(create('three', 'later'))).toBeInstanceOf(InvalidClusterStateFault);
    expect(await failure(status('later'))).toBeInstanceOf(ClusterSnapshotNotFoundFault);
  });

  test('of an unknown cluster is refused', async () => {
    expect(await failure(create('four', 'none'))).toBeInstanceOf(ClusterNotFoundFault);
  });
});
