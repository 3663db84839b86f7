import {
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { EventBridge } from '../../../../rehearsal/aws/events/events';
import type { EventRule } from '../../../../rehearsal/aws/events/rule';
import { Account, ACCOUNT, REGION, START_MS } from '../door-harness';

const HOUR_MS = 3_600_000;

function rule(name: string, changes: Partial<EventRule> = {}): EventRule {
  return {
    region: REGION,
    name,
    arn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/${name}`,
    state: 'ENABLED',
    targets: [{ id: 'Target0', arn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}` }],
    ...changes,
  };
}

describe('EventBridge in a rehearsal', () => {
  const delivered: string[] = [];
  let account: Account;
  let events: EventBridge;
  let client: EventBridgeClient;
  let release: () => void;

  beforeEach(async () => {
    delivered.length = 0;
    account = new Account();
    release = account.clock.hold();
    events = new EventBridge(account.clock, 2);
    events.connect((_target, { name }) => void delivered.push(name));
    await account.open(events);
    client = account.client(EventBridgeClient, { maxAttempts: 1 });
  });
  afterEach(async () => {
    release();
    await account.close();
  });

  const later = async (ms: number): Promise<void> => {
    const resume = account.clock.park();
    await account.clock.sleep(ms);
    resume();
  };

  it('shows a rule, disables it and enables it', async () => {
    events.put(rule('nightly', { scheduleExpression: 'cron(0 17 * * ? *)', description: 'old events' }));

    await client.send(new DisableRuleCommand({ Name: 'nightly' }));
    await expect(
      client.send(new DescribeRuleCommand({ Name: 'nightly', EventBusName: 'default' })),
    ).resolves.toMatchObject({
      Name: 'nightly',
      Arn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/nightly`,
      State: 'DISABLED',
      ScheduleExpression: 'cron(0 17 * * ? *)',
      Description: 'old events',
      EventBusName: 'default',
    });
    await client.send(new EnableRuleCommand({ Name: 'nightly' }));
    expect(events.find(REGION, 'nightly')?.state).toBe('ENABLED');
  });

  it('knows no rule of another name, region or bus', async () => {
    events.put(rule('far', { region: 'us-east-1' }));

    for (const Command of [DescribeRuleCommand, DisableRuleCommand, EnableRuleCommand]) {
      await expect(client.send(new Command({ Name: 'far' }))).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
        message: 'Rule far does not exist on EventBus default.',
      });
    }
    await expect(client.send(new DescribeRuleCommand({ Name: 'far', EventBusName: 'own' }))).rejects.toMatchObject({
      name: 'RehearsalNotSimulated',
    });
  });

  it('lists rules by the begin of their names, a page at a time, and the targets of one', async () => {
    for (const name of ['b-2', 'a-1', 'b-1', 'b-3']) events.put(rule(name));

    const first = await client.send(new ListRulesCommand({ NamePrefix: 'b-' }));
    const second = await client.send(new ListRulesCommand({ NamePrefix: 'b-', NextToken: first.NextToken }));

    expect(first.Rules?.map(({ Name }) => Name)).toEqual(['b-1', 'b-2']);
    expect(second.Rules?.map(({ Name }) => Name)).toEqual(['b-3']);
    expect(second.NextToken).toBeUndefined();
    await expect(client.send(new ListTargetsByRuleCommand({ Rule: 'a-1' }))).resolves.toMatchObject({
      Targets: [{ Id: 'Target0', Arn: expect.stringContaining('function:a-1') as string }],
    });
  });

  it('calls the targets of an enabled schedule when it comes due, and of a disabled one never', async () => {
    events.put(rule('often', { scheduleExpression: 'rate(1 hour)' }));
    events.put(rule('never', { scheduleExpression: 'rate(1 hour)', state: 'DISABLED' }));
    events.runSchedules(START_MS + 10 * HOUR_MS);

    await later(2.5 * HOUR_MS);
    await client.send(new DisableRuleCommand({ Name: 'often' }));
    await later(2 * HOUR_MS);
    await client.send(new EnableRuleCommand({ Name: 'often' }));
    await later(HOUR_MS);

    expect(delivered).toEqual(['often', 'often', 'often']);
  });

  it('leaves no timer behind the time until which schedules run', async () => {
    events.put(rule('often', { scheduleExpression: 'rate(1 hour)' }));
    await later(3 * HOUR_MS);
    expect(delivered).toEqual([]);

    events.runSchedules(account.clock.now() + HOUR_MS);
    await later(9 * HOUR_MS);
    expect(delivered).toEqual(['often']);
  });

  it('comes due once a day at the time of a cron expression, and refuses other expressions', async () => {
    events.put(rule('daily', { scheduleExpression: 'cron(30 17 * * ? *)' }));
    events.runSchedules(START_MS + 48 * HOUR_MS);
    await later(17.5 * HOUR_MS - 1);
    expect(delivered).toEqual([]);
    await later(1);
    expect(delivered).toEqual(['daily']);
    await later(24 * HOUR_MS);
    expect(delivered).toHaveLength(2);

    expect(() => {
      events.put(rule('odd', { scheduleExpression: 'cron(0/5 * * * ? *)' }));
    }).toThrow('does not simulate the schedule');
  });

  it('matches events by every member of a pattern', () => {
    const detail = { state: ['SUCCESS'], applicationId: ['app-1'] };
    events.put(rule('load', { eventPattern: { source: ['aws.emr-serverless'], detail } }));
    const publish = (changes: Record<string, string>, region = REGION): void => {
      events.publish({
        region,
        source: 'aws.emr-serverless',
        detailType: 'EMR Serverless Job Run State Change',
        detail: { state: 'SUCCESS', applicationId: 'app-1', ...changes },
      });
    };

    publish({ state: 'FAILED' });
    publish({ applicationId: 'app-2' });
    publish({}, 'us-east-1');
    expect(delivered).toEqual([]);
    publish({});
    expect(delivered).toEqual(['load']);
  });

  it('takes state and pattern of a rule that is put again', () => {
    events.put(rule('load', { state: 'DISABLED' }));
    events.put(rule('load', { eventPattern: { source: ['mine'] } }));

    expect(events.find(REGION, 'load')).toMatchObject({ state: 'ENABLED', eventPattern: { source: ['mine'] } });
    events.remove(REGION, 'load');
    expect(events.find(REGION, 'load')).toBeUndefined();
  });
});
