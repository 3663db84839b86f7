import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import validate from 'asl-validator';
import { matches, type BusEvent } from '../../rehearsal/aws/events/rule';
import { statesOf, tasksOf } from '../support/asl';
import { grantsOfRole, resourcesOf } from '../support/grants';
import { lintDefinition } from '../support/jsonata-lint';
import { deployed, PLACES, synthesised } from '../support/synth';

const template = synthesised();

describe.each(['aws', 'aws-cn'] as const)('The guardian in %s', (partition) => {
  const deployment = deployed(partition, template);
  const { region, accountId } = PLACES[partition];
  const arn = (service: string, resource: string): string =>
    `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  const guardian = deployment.stateMachines.find(({ name }) => name === 'ClickstreamUpgradeGuardian');
  const rule = deployment.eventRules.find(({ name }) => name === 'ClickstreamUpgradeGuardian');

  const ended = (detail: Record<string, string>): BusEvent =>
    ({
      source: 'aws.states',
      'detail-type': 'Step Functions Execution Status Change',
      detail: { status: 'FAILED', stateMachineArn: arn('states', 'stateMachine:ClickstreamUpgrade'), ...detail },
    }) as unknown as BusEvent;
  const starts = (detail: Record<string, string>): boolean => matches(rule?.eventPattern ?? {}, ended(detail));

  test('is named after the stack, logs everything, and is traced where X-Ray is', () => {
    expect(guardian).toMatchObject({
      type: 'STANDARD',
      tracing: partition === 'aws',
      logging: { level: 'ALL', includeExecutionData: true },
    });
    expect(deployment.logGroups.map(({ name }) => name)).toContain('/aws/vendedlogs/states/ClickstreamUpgradeGuardian');
  });

  test.each(['FAILED', 'TIMED_OUT', 'ABORTED'])('is started when a root execution is %s', (status) => {
    expect(starts({ status })).toBe(true);
  });

  test.each(['RUNNING', 'SUCCEEDED', 'PENDING_REDRIVE'])('is not started when one is %s', (status) => {
    expect(starts({ status })).toBe(false);
  });

  test('is started neither by children of Map Runs, nor by itself, nor by a machine whose name begins alike', () => {
    for (const name of ['ClickstreamUpgrade/EachProject', 'ClickstreamUpgradeGuardian', 'ClickstreamUpgrade2']) {
      expect(starts({ stateMachineArn: arn('states', `stateMachine:${name}`) })).toBe(false);
    }
  });

  test('gets root, status and redrives of the event, and what cannot be delivered lies in a queue', () => {
    const [target] = rule?.targets ?? [];
    expect(target).toMatchObject({
      arn: guardian?.arn,
      deadLetterArn: arn('sqs', 'ClickstreamUpgradeGuardian-dead-letters'),
    });
    expect(JSON.stringify(target?.input)).toContain('$.detail.redriveCount');
  });

  test('may call its own steps, and watch and redrive its own children', () => {
    const may = grantsOfRole(deployment, guardian?.roleArn ?? '');
    const called = resourcesOf(may, 'lambda:InvokeFunction').filter((resource) => !resource.endsWith(':*'));
    expect(called.map((resource) => resource.slice(resource.lastIndexOf(':') + 1)).sort()).toEqual(
      [
        'cancel-statements',
        'judge-children',
        'look-at-root',
        'replace-instances',
        'resume-processing',
        'scale-warehouse',
        'tell-what-happened',
        'wait-for-map-runs',
      ].map((step) => `ClickstreamUpgrade-${step}`),
    );
    expect(resourcesOf(may, 'states:StartExecution')).toEqual([guardian?.arn]);
    expect(resourcesOf(may, 'states:RedriveExecution')).toContain(
      arn('states', 'execution:ClickstreamUpgradeGuardian/*:*'),
    );
  });

  test('tells people by a topic that is encrypted under a key of its own', () => {
    const [topic] = deployment.topics;
    expect(topic).toMatchObject({ arn: arn('sns', 'ClickstreamUpgrade-notifications') });
    expect(topic?.keyArn).toContain(`arn:${partition}:kms:`);
  });
});

describe('The guardian’s machine', () => {
  const definition =
    deployed('aws', template).stateMachines.find(({ name }) => name.endsWith('Guardian'))?.definition ?? {};
  const states = statesOf(definition);

  test('is valid ASL and passes our own lint: no Catch, no Fail', () => {
    const validation = validate(structuredClone(definition));
    expect(validation.isValid ? '' : validation.errorsText('\n')).toBe('');
    expect(lintDefinition(definition)).toEqual([]);
  });

  test('runs 14 days at most, and has a Task for everything that it puts back', () => {
    expect(definition['TimeoutSeconds']).toBe(14 * 24 * 3600);
    expect(tasksOf(definition).map(({ name, within }) => [name, within.length])).toEqual(
      expect.arrayContaining([
        ['Look at the root', 0],
        ['Wait for the Map Runs', 0],
        ['Cancel living statements', 1],
        ['Give capacity back', 1],
        ['Let data processing go on', 1],
        ['Put back ingestion scaling', 1],
        ['Tell what happened', 0],
        ['Judge what was put back', 0],
      ]),
    );
    expect(tasksOf(definition)).toHaveLength(8);
  });

  test('puts back every project whatever becomes of the others, and tells before it judges', () => {
    const find = (name: string) => states.find((state) => state.name === name)?.state;
    expect(find('Put back each project')).toMatchObject({
      ToleratedFailurePercentage: 100,
      Next: 'Tell what happened',
    });
    expect(find('Is every project put back?')?.['Choices']).toContainEqual({
      Condition: "{% $states.input.step.status = 'AGAIN' %}",
      Next: 'Put back each project',
    });
  });
});

describe('Every alarm', () => {
  const alarms = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => Properties as { AlarmDescription: string; AlarmName: unknown; AlarmActions: unknown[] });
  const runbook = readFileSync(join(__dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');

  test('names its entry of the runbook, which is there', () => {
    const anchors = alarms.map(({ AlarmDescription: text }) => /docs\/runbook\.md#([\w-]+)$/.exec(text)?.[1] ?? text);
    expect(anchors.sort()).toEqual(['alarm-guardiandeadletters', 'alarm-guardianfailed', 'alarm-upgradefailed']);
    const headings = [...runbook.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    expect(anchors.filter((anchor) => !headings.includes(anchor))).toEqual([]);
  });

  test('tells people', () => {
    expect(alarms.filter(({ AlarmActions: actions }) => actions.length !== 1)).toEqual([]);
  });
});
