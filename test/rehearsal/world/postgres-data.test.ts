import type { SolutionWarehouse } from '../../../rehearsal/aws/cloudformation/solution-stacks';
import { VirtualClock } from '../../../rehearsal/clock';
import { START_MS } from '../../../rehearsal/world/description';
import { createPostgresData, type PostgresData } from '../../../rehearsal/world/postgres-data';

jest.setTimeout(60_000);

const PROJECTS = ['shop', 'game', 'lone'];

function warehouseOf(projectId: string): SolutionWarehouse {
  return {
    projectId,
    region: 'eu-west-1',
    mode: 'Serverless',
    name: projectId === 'lone' ? 'own' : 'shared',
    arn: 'arn:aws:redshift-serverless:eu-west-1:111122223333:workgroup/1',
    database: projectId,
    schemas: [],
    dataApiRoleArn: 'arn:aws:iam::111122223333:role/ClickstreamShared',
    dbUser: 'IAMR:ClickstreamShared',
    isSuperuser: false,
    workflowFiles: { bucket: 'pipelines', prefix: `${projectId}/` },
  };
}

describe('the warehouses of a world', () => {
  let data: PostgresData;
  const clock = new VirtualClock(START_MS);

  beforeAll(async () => {
    data = await createPostgresData({
      description: {
        seed: 1,
        events: 100,
        days: 1,
        projects: [{ projectId: 'shop', region: 'eu-west-1', apps: [{ appId: 'Web_Shop', timezone: 'UTC' }] }],
      },
      startMs: START_MS,
      clock,
      warehouses: PROJECTS.map(warehouseOf),
    });
  });
  afterAll(async () => {
    clock.close();
    await data.dispose();
  });

  it('are one for projects that share a workgroup, and another for one that does not', () => {
    const [shop, game, lone] = PROJECTS.map((projectId) => data.warehouse(projectId).warehouse);

    expect(game).toBe(shop);
    expect(lone).not.toBe(shop);
  });

  it('have a database each, of the one user whom all of them were made for at the same time', async () => {
    const owners = await Promise.all(
      PROJECTS.map(async (projectId) => {
        const client = await data.client(projectId);
        const { rows } = await client.query<{ owner: string }>(
          'SELECT pg_get_userbyid(datdba)::text AS owner FROM pg_database WHERE datname = current_database()',
        );
        return rows[0]?.owner;
      }),
    );

    expect(owners).toEqual(PROJECTS.map(() => 'IAMR:ClickstreamShared'));
  });

  it('fold the name of an app to that of its schema, as Redshift does; its events keep it', async () => {
    const client = await data.client('shop');
    const { rows } = await client.query<{ id: string }>(
      `SELECT DISTINCT app_info ->> 'app_id' AS id FROM web_shop.event`,
    );

    expect(rows).toEqual([{ id: 'Web_Shop' }]);
    const app = { region: 'eu-west-1', projectId: 'shop', appId: 'Web_Shop', timezone: 'UTC', events: 100 };
    const session = await data.schemaSession('shop', () => 'statement');
    for (const sql of data.schemaList('Web_Shop')) expect(await session.execute(sql)).toBeUndefined();
    await session.close();
    expect((await data.truth(app, 0)).legacyEvents).toBeGreaterThan(0);
    expect(await data.migrated(app)).toBe(0);
  });
});
