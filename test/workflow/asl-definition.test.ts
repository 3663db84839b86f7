import { getLanguageService, TextDocument } from 'amazon-states-language-service';
import validate from 'asl-validator';
import { ErrorCode } from '../../lambda/shared/errors';
import { APPROVAL_TIMEOUT } from '../../lib/workflow/approval';
import { isApproval, stateOf, statesOf, tasksOf } from '../support/asl';
import { lintDefinition } from '../support/jsonata-lint';
import { deployed, synthesised } from '../support/synth';

const template = synthesised();

describe.each(['aws', 'aws-cn'] as const)('The machine in %s', (partition) => {
  const [machine] = deployed(partition, template).stateMachines;
  const definition = machine?.definition ?? {};

  test('is valid ASL for asl-validator', () => {
    const validation = validate(structuredClone(definition));
    expect(validation.isValid ? '' : validation.errorsText('\n')).toBe('');
  });

  test('has no diagnostics of the language service', async () => {
    const document = TextDocument.create('machine.asl.json', 'json', 1, JSON.stringify(definition, null, 2));
    const service = getLanguageService({});
    const diagnostics = await service.doValidation(document, service.parseJSONDocument(document));
    expect(diagnostics.map(({ message, range }) => `${range.start.line}: ${JSON.stringify(message)}`)).toEqual([]);
  });

  test('passes our own lint', () => {
    expect(lintDefinition(definition)).toEqual([]);
  });

  test('runs 14 days at most, which begin again at a redrive', () => {
    expect(definition['TimeoutSeconds']).toBe(14 * 24 * 3600);
  });

  test('waits for a Task 30 seconds longer than its Lambda may run, and for a person seven days', () => {
    const timeouts = new Map(deployed(partition, template).functions.map((fn) => [fn.arn, fn.timeoutSeconds]));
    for (const { name, state } of tasksOf(definition)) {
      const { FunctionName } = state['Arguments'] as { FunctionName: string };
      const expected = isApproval(state) ? APPROVAL_TIMEOUT.toSeconds() : (timeouts.get(FunctionName) ?? NaN) + 30;
      expect({ name, seconds: state['TimeoutSeconds'] }).toEqual({ name, seconds: expected });
    }
    expect(APPROVAL_TIMEOUT.toDays()).toBe(7);
  });
});

describe('The workflow', () => {
  const definition = deployed('aws', template).stateMachines[0]?.definition ?? {};
  const states = statesOf(definition);

  test('goes through the phases in the order the guide has', () => {
    expect(chain('Begin the upgrade', definition)).toEqual([
      'Begin the upgrade',
      'Inspect and plan',
      'Is there anything to do?',
      'Prepare the console change set',
      'Approve the plan',
      'Take the lock',
      'Confirm the plan',
      'Upgrade or clean up?',
      'Prove the Lambda functions',
      'Back up',
      'Upgrade the web console',
      'Is there a project to upgrade?',
      'Each project',
      'Judge the projects',
      'Report',
      'Release the lock',
      'Show the report',
    ]);
  });

  test('goes through a project in the order the guide has, and puts back what it changed before it judges', () => {
    expect(chain('List the apps', definition)).toEqual([
      'List the apps',
      'Set reporting time zones',
      'Pause data processing',
      'Start the pipeline upgrade',
      'Replace ingestion instances',
      'Finish the pipeline upgrade',
      'Keep data processing paused',
      'Is there an app to migrate?',
      'Scale Redshift up',
      'Each app',
      'Restore capacity',
      'Resume data processing',
      'Were apps migrated?',
      'The project is done',
    ]);
    expect(chain('Judge the apps', definition)).toEqual(['Judge the apps', 'The project is done']);
  });

  test('goes through an app in the order the guide has', () => {
    expect(chain('Wait for schema', definition)).toEqual([
      'Wait for schema',
      'Is there data to migrate?',
      'Check',
      'Migrate events',
      'Migrate users',
      'Migrate items',
      'Migrate sessions',
      'Refresh base view',
      'Recalculate metrics',
      'Verify parity',
      'The app is done',
    ]);
  });

  test('cleans up in the same order everywhere: proof before drop', () => {
    expect(chain('List the apps to clean up', definition)).toEqual([
      'List the apps to clean up',
      'Is there an app to clean up?',
      'Each app to clean up',
      'Judge the cleaned apps',
      'The project is cleaned up',
    ]);
    expect(chain('Prove parity again', definition)).toEqual([
      'Prove parity again',
      'Drop the legacy objects',
      'The app is cleaned up',
    ]);
    expect(chain('Each project to clean up', definition)).toEqual([
      'Each project to clean up',
      'Judge the cleaned projects',
      'Report',
      'Release the lock',
      'Show the report',
    ]);
  });

  test('has no Task that no way leads to, and each in the execution it belongs to', () => {
    const within = (label: string | undefined): number =>
      tasksOf(definition).filter((task) => task.within.at(-1) === label).length;
    const counts = [undefined, 'EachProject', 'EachApp', 'CleanProjects', 'CleanApps'].map(within);
    expect(counts).toEqual([12, 11, 12, 2, 2]);
    expect(tasksOf(definition)).toHaveLength(counts.reduce((sum, count) => sum + count));
  });

  test.each([
    ['Each project', 5, 'EachProject'],
    ['Each app', 1, 'EachApp'],
    ['Each project to clean up', 5, 'CleanProjects'],
    ['Each app to clean up', 1, 'CleanApps'],
  ])('%s tolerates every failure, %i at once, and writes its results to S3', (name, concurrency, label) => {
    const map = stateOf(definition, name);
    expect(map).toMatchObject({
      Type: 'Map',
      Label: label,
      MaxConcurrency: concurrency,
      ToleratedFailurePercentage: 100,
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
      ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', Arguments: { Prefix: `results/${label}` } },
    });
    expect(map).not.toHaveProperty('Retry');
  });

  test.each([
    ['Did every app succeed?', 'Keep data processing paused'],
    ['Did every project succeed?', 'Each project'],
    ['Is every app clean?', 'Each app to clean up'],
    ['Is every project clean?', 'Each project to clean up'],
  ])('leads AGAIN of "%s" to "%s"', (question, next) => {
    expect(stateOf(definition, question)['Choices']).toContainEqual({
      Condition: "{% $states.input.step.status = 'AGAIN' %}",
      Next: next,
    });
  });

  test('retries only errors that exist: those of our steps and those that AWS documents', () => {
    // Source: Step Functions Developer Guide, concepts-error-handling and sfn-best-practices
    const ofAws = [
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'Lambda.ClientExecutionTimeoutException',
      'Lambda.TooManyRequestsException',
      'Lambda.Unknown',
      'Sandbox.Timedout',
      'States.Timeout',
    ];
    const known = new Set<string>([...Object.values(ErrorCode), ...ofAws]);
    const retried = states.flatMap(({ state }) =>
      ((state['Retry'] ?? []) as { ErrorEquals: string[] }[]).flatMap(({ ErrorEquals }) => ErrorEquals),
    );
    expect(retried.filter((name) => !known.has(name))).toEqual([]);
    expect(retried).toContain(ErrorCode.StatementTimedOut);
  });

  test('names every loop with a Task, a question and a wait; only the approval waits for a person instead', () => {
    const approvals = tasksOf(definition).filter(({ state }) => isApproval(state));
    expect(approvals.map(({ name }) => name)).toEqual(['Approve the plan']);
    for (const { name, state } of tasksOf(definition).filter((task) => !isApproval(task.state))) {
      const choice = stateOf(definition, String(state['Next']));
      expect(choice.Type).toBe('Choice');
      expect(String(state['Next'])).toMatch(/\?$/);
      const wait = stateOf(definition, String(choice['Default']));
      expect(wait).toMatchObject({ Type: 'Wait', Next: name });
    }
  });

  test('is pure ASCII, because CloudFormation may spoil anything else', () => {
    expect(JSON.stringify(definition)).toMatch(/^[\x20-\x7e]*$/);
  });
});

/** Names on the way where every loop ends and every choice goes its usual way; loops' Choices and Waits left out. */
function chain(start: string, definition: Record<string, unknown>): string[] {
  const names: string[] = [];
  for (let name: string | undefined = start; name !== undefined;) {
    const state = stateOf(definition, name);
    const isLoopQuestion = state.Type === 'Choice' && stateOf(definition, String(state['Default'])).Type === 'Wait';
    if (!isLoopQuestion) names.push(name);
    const done = (state['Choices'] as { Condition: string; Next: string }[] | undefined)?.find(({ Condition }) =>
      Condition.includes("'DONE'"),
    );
    const next: unknown = isLoopQuestion ? done?.Next : (state['Next'] ?? state['Default']);
    name = typeof next === 'string' ? next : undefined;
  }
  return names;
}
