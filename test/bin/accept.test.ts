import '../lambda/support/silence';
import { accept } from '../../bin/operator/accept';
import { closeClients, operatorClients, type OperatorClients } from '../../bin/operator/clients';
import { showQuestions } from '../../bin/operator/show';
import { parityVerdict, parityVerdictKey, type ParityVerdict } from '../../lambda/shared/parity-verdict';
import { StatesApi } from '../../rehearsal/aws/states/states-api';
import { Sts } from '../../rehearsal/aws/sts/sts';
import { StepFunctionsEngine } from '../../rehearsal/engine';
import { BUCKET, StepBench, TABLE } from '../lambda/support/step-bench';
import { ACCOUNT, REGION, ROLE, START_MS } from '../rehearsal/aws/door-harness';

const ROOT = `arn:aws:states:${REGION}:${ACCOUNT}:execution:ClickstreamUpgrade:run-1`;
const BY = `arn:aws:sts::${ACCOUNT}:assumed-role/step/ada`;
const DEPLOYMENT = { stateTable: TABLE, planBucket: BUCKET };

const bench = new StepBench();
const { clock } = bench.account;
let clients: OperatorClients;

beforeAll(async () => {
  const engine = new StepFunctionsEngine({
    clock,
    accountId: ACCOUNT,
    partition: 'aws',
    invokeLambda: () => Promise.reject(new Error('No machine is run here')),
    putObject: () => Promise.resolve(),
  });
  await bench.open(new StatesApi(engine, { now: () => clock.now() }), new Sts(bench.account.credentials));
  clients = operatorClients(REGION, {
    endpoint: bench.account.url,
    credentials: bench.account.credentials.issueForRole(ROLE, 'ada'),
  });
});
afterAll(async () => {
  closeClients(clients);
  await bench.close();
});

const appOf = (appId: string): { region: string; projectId: string; appId: string } => ({
  region: REGION,
  projectId: 'shop',
  appId,
});
const keyOf = (appId: string): string => parityVerdictKey(appOf(appId));
const read = (appId: string): Promise<ParityVerdict | undefined> => bench.table.get(keyOf(appId), parityVerdict);

/** A verdict of the root in the place of the one before it. */
async function judged(appId: string, changes: Partial<ParityVerdict>): Promise<ParityVerdict> {
  const verdict: ParityVerdict = {
    v: 1,
    projectId: 'shop',
    appId,
    state: 'open',
    cutoffMs: 0,
    legacyEvents: 10,
    counts: { migratedEvents: 10, doubledUsers: 2, differentMetricDays: 1 },
    atMs: START_MS,
    warehouseAtMs: START_MS,
    root: ROOT,
    execution: ROOT,
    ...changes,
    revision: ((await read(appId))?.revision ?? 0) + 1,
  };
  await bench.table.put(keyOf(appId), verdict);
  return verdict;
}

const told: string[] = [];
beforeEach(async () => {
  told.length = 0;
  bench.executions.states.set(ROOT, 'gone');
  await judged('doubled', {});
  await judged('moved', { counts: { differentMetricDays: 3 } });
  await judged('lost', { counts: { missingEvents: 1, doubledUsers: 1 } });
  await judged('equal', { state: 'proved', counts: {} });
  await judged('foreign', { root: `${ROOT}0` });
});

function acceptNow(
  apps: { projectId: string; appId: string; revision?: number }[] = [],
  confirm?: (question: string) => Promise<boolean>,
): Promise<string> {
  const asking = { tell: (text: string) => void told.push(text), ...(confirm === undefined ? {} : { confirm }) };
  return accept(clients, DEPLOYMENT, { executionArn: ROOT, apps, atMs: START_MS + 1 }, asking);
}

describe('Accepting a parity that needs a person', () => {
  test('writes into the verdicts of every app that waits who accepted them and when, after listing the counts', async () => {
    const before = await read('doubled');
    const said = await acceptNow();
    const at = new Date(START_MS).toISOString();
    expect(told[0]?.split('\n')).toEqual([
      'To be accepted, although the data differ:',
      `shop/doubled, counted at ${at}:`,
      expect.stringMatching(/^ {2}2 users are in user_v2 more than once/),
      expect.stringMatching(/^ {2}1 days of the metrics differ/),
      `shop/moved, counted at ${at}:`,
      expect.stringMatching(/^ {2}3 days of the metrics differ/),
    ]);
    expect(await read('doubled')).toEqual({
      ...before,
      revision: (before?.revision ?? 0) + 1,
      state: 'accepted',
      acceptedBy: BY,
      acceptedAtMs: START_MS + 1,
    });
    expect((await read('moved'))?.state).toBe('accepted');
    expect(said).toContain(`Accepted by ${BY}: shop/doubled, shop/moved. Now redrive the execution`);
    expect(said).toContain(`aws stepfunctions redrive-execution --region ${REGION} --execution-arn ${ROOT}`);
    expect([(await read('lost'))?.state, (await read('foreign'))?.state]).toEqual(['open', 'open']);
    await expect(acceptNow()).rejects.toThrow('Nothing is to be accepted');
  });

  test('is for the apps that are named, of which each has to wait for it', async () => {
    await acceptNow([{ projectId: 'shop', appId: 'moved' }]);
    expect([(await read('doubled'))?.state, (await read('moved'))?.state]).toEqual(['open', 'accepted']);
    for (const [appId, why] of [
      ['moved', `${BY} has accepted it already`],
      ['equal', 'its data are equal'],
      ['lost', 'data are missing or wrong, which nobody can accept: 1 legacy events are missing in event_v2'],
      ['foreign', 'this execution has not counted its data, or there is no such app'],
    ] as const) {
      await expect(
        acceptNow([
          { projectId: 'shop', appId: 'doubled' },
          { projectId: 'shop', appId },
        ]),
      ).rejects.toThrow(`Nothing is to be accepted for shop/${appId}: ${why}`);
    }
    expect((await read('doubled'))?.state).toBe('open');
  });

  test('is refused when the counts were taken anew since they were shown, or while somebody thinks', async () => {
    const { revision } = await judged('doubled', {});
    await judged('doubled', { counts: { doubledUsers: 5 } });
    const shown = { projectId: 'shop', appId: 'doubled', revision };
    await expect(acceptNow([shown])).rejects.toThrow('The counts of shop/doubled have been taken anew');
    const thinking = acceptNow([{ projectId: 'shop', appId: 'doubled' }], async () => {
      await judged('doubled', { counts: { doubledUsers: 7 } });
      return true;
    });
    await expect(thinking).rejects.toThrow('The counts of shop/doubled have been taken anew');
    expect(await read('doubled')).toMatchObject({ state: 'open', counts: { doubledUsers: 7 } });
  });

  test('leaves everything as it is when the person, asked once more, says no', async () => {
    await expect(acceptNow([], () => Promise.resolve(false))).rejects.toThrow('Nothing was accepted.');
    expect((await read('doubled'))?.state).toBe('open');
  });

  test('is what show tells, with the revisions that were shown', async () => {
    const [doubled, moved] = [await read('doubled'), await read('moved')];
    const text = await showQuestions(clients, DEPLOYMENT, ROOT);
    expect(text).toContain('2 users are in user_v2 more than once');
    expect(text).toContain(
      `npx tsx bin/upgrade.ts accept ${ROOT} --app shop/doubled@${String(doubled?.revision)} --app shop/moved@${String(moved?.revision)}`,
    );
    expect(text).not.toContain('shop/lost');
    await acceptNow();
    await expect(showQuestions(clients, DEPLOYMENT, ROOT)).rejects.toThrow('does not ask for an approval');
  });
});
