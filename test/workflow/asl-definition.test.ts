import { getLanguageService, TextDocument } from 'amazon-states-language-service';
import validate from 'asl-validator';
import { ErrorCode } from '../../lambda/shared/errors';
import { statesOf, stateOf } from '../support/asl';
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

  test('waits for a Task 30 seconds longer than its Lambda may run', () => {
    const timeouts = new Map(deployed(partition, template).functions.map((fn) => [fn.arn, fn.timeoutSeconds]));
    for (const { state } of statesOf(definition).filter(({ state }) => state.Type === 'Task')) {
      const { FunctionName } = state['Arguments'] as { FunctionName: string };
      expect(state['TimeoutSeconds']).toBe((timeouts.get(FunctionName) ?? NaN) + 30);
    }
  });
});

describe('The workflow', () => {
  const definition = deployed('aws', template).stateMachines[0]?.definition ?? {};
  const states = statesOf(definition);

  test('goes through the phases in the order the guide has', () => {
    const tasks = (label: string | undefined): string[] =>
      states.filter(({ state, within }) => state.Type === 'Task' && within.at(-1) === label).map(({ name }) => name);
    expect(tasks('EachApp')).toHaveLength(8);
    expect(chain('Check', definition)).toEqual([
      'Check',
      'Migrate events',
      'Migrate users',
      'Migrate items',
      'Migrate sessions',
      'Refresh base view',
      'Recalculate metrics',
      'Verify parity',
      'The app is migrated',
    ]);
    expect(chain('List the apps', definition)).toEqual([
      'List the apps',
      'Is there an app to migrate?',
      'Each app',
      'Judge the apps',
      'The project is done',
    ]);
    expect(chain('Begin the upgrade', definition)).toEqual([
      'Begin the upgrade',
      'Inspect and plan',
      'Is there anything to do?',
      'Each project',
      'Judge the projects',
      'Report',
      'Show the report',
    ]);
  });

  test.each([
    ['Each project', 5, 'EachProject'],
    ['Each app', 1, 'EachApp'],
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

  test('sends a judge that answers AGAIN back to its Map', () => {
    for (const [question, map] of [
      ['Did every app succeed?', 'Each app'],
      ['Did every project succeed?', 'Each project'],
    ] as const) {
      expect(stateOf(definition, question)['Choices']).toContainEqual({
        Condition: "{% $states.input.step.status = 'AGAIN' %}",
        Next: map,
      });
    }
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

  test('names every loop with a Task, a question and a wait', () => {
    for (const { name, state } of states.filter(({ state }) => state.Type === 'Task')) {
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
