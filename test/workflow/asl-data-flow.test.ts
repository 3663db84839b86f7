import jsonata from 'jsonata';
import { requestEnvelope } from '../../lambda/shared/contract';
import { isApproval, stateOf, tasksOf } from '../support/asl';
import { schemaOf } from '../support/step-schemas';
import { deployed } from '../support/synth';

const deployment = deployed('aws');
const definition = deployment.stateMachines[0]?.definition ?? {};

const rootArn = 'arn:aws:states:eu-west-1:111122223333:execution:ClickstreamUpgrade:first';
const childArn = 'arn:aws:states:eu-west-1:111122223333:execution:ClickstreamUpgrade/EachApp:child';

interface Given {
  input?: unknown;
  result?: unknown;
  context?: Record<string, unknown>;
}

/** Evaluates a field as Step Functions does: `$states` is all there is. */
async function evaluated(field: unknown, states: Given): Promise<unknown> {
  if (Array.isArray(field)) return Promise.all(field.map((item) => evaluated(item, states)));
  if (typeof field === 'object' && field !== null) {
    const members = await Promise.all(
      Object.entries(field).map(async ([key, member]) => [key, await evaluated(member, states)] as const),
    );
    return Object.fromEntries(members);
  }
  const source = typeof field === 'string' ? /^\{%(.*)%\}$/s.exec(field)?.[1] : undefined;
  if (source === undefined) return field;
  const result: unknown = await jsonata(source).evaluate(undefined, { states });
  if (result === undefined) throw new Error('States.QueryEvaluationError: returned nothing (undefined)');
  return JSON.parse(JSON.stringify(result));
}

function context(
  changes: { Execution?: Record<string, unknown>; State?: Record<string, unknown>; Map?: unknown } = {},
) {
  return {
    Execution: { Id: childArn, Input: {}, ...changes.Execution },
    State: { Name: 'x', EnteredTime: 't', RetryCount: 0, ...changes.State },
    Task: { Token: 'token' },
    ...(changes.Map === undefined ? {} : { Map: changes.Map }),
  };
}

const app = { region: 'eu-west-1', projectId: 'shop', appId: 'web' };
const fresh = { root: { id: rootArn, redrive: 0, plan: 'plans/h/plan.json' }, target: app, passes: 0 };
const taskNames = tasksOf(definition).map(({ name }) => name);
const loopNames = tasksOf(definition)
  .filter(({ state }) => !isApproval(state))
  .map(({ name }) => name);

describe('A request', () => {
  const payloadOf = (name: string): unknown => (stateOf(definition, name)['Arguments'] as { Payload: unknown }).Payload;

  /** What the context has where a Task stands: the root has no target, a project's target names no app. */
  const TARGETS: Record<string, object | undefined> = {
    EachProject: { region: 'eu-west-1', projectId: 'shop' },
    EachApp: app,
    CleanProjects: { region: 'eu-west-1', projectId: 'shop' },
    CleanApps: app,
  };

  test.each(taskNames)('of "%s" fits the envelope and the target that the step Lambda parses', async (name) => {
    const within = tasksOf(definition)
      .find((task) => task.name === name)
      ?.within.at(-1);
    const target = within === undefined ? undefined : TARGETS[within];
    const { root, passes } = fresh;
    const input = { root, passes, map: { runArn: 'arn', redrive: 0 }, ...(target === undefined ? {} : { target }) };
    const payload = await evaluated(payloadOf(name), { input, context: context() });
    expect(requestEnvelope.safeParse(payload).error).toBeUndefined();
    const { FunctionName } = stateOf(definition, name)['Arguments'] as { FunctionName: string };
    const called = deployment.functions.find(({ arn }) => arn === FunctionName)?.name ?? '';
    const schema = schemaOf(called.slice(deployment.stackName.length + 1));
    expect(schema.target.safeParse((payload as { target: unknown }).target).error).toBeUndefined();
  });

  test.each([
    ['Inspect and plan', 'plan'],
    ['Confirm the plan', 'confirm'],
    ['Pause data processing', 'pause'],
    ['Keep data processing paused', 'keep'],
    ['Start the pipeline upgrade', 'start'],
    ['Finish the pipeline upgrade', 'finish'],
    ['Scale Redshift up', 'up'],
    ['Restore capacity', 'restore'],
    ['Prove parity again', 'reprove'],
  ])('of "%s" asks its Lambda to %s', async (name, act) => {
    const payload = await evaluated(payloadOf(name), { input: fresh, context: context() });
    expect(payload).toMatchObject({ target: { act } });
  });

  test('leaves out what there is not: no progress, no plan', async () => {
    const input = { root: { id: rootArn, redrive: 0 }, passes: 0 };
    const payload = await evaluated(payloadOf('Inspect and plan'), {
      input,
      context: context({ Execution: { Id: rootArn, Input: { mode: 'plan' } } }),
    });
    expect(payload).toEqual({
      v: 1,
      now: expect.any(Number) as number,
      target: { act: 'plan', input: { mode: 'plan' } },
      attempt: { redrive: 0, retry: 0 },
      root: { id: rootArn, redrive: 0 },
      execution: { id: rootArn, passes: 0 },
    });
  });

  test('carries the progress of the last pass, and the passes made', async () => {
    const input = { ...fresh, passes: 7, step: { status: 'IN_PROGRESS', waitSeconds: 3, progress: { since: 1 } } };
    const payload = await evaluated(payloadOf('Migrate events'), { input, context: context() });
    expect(payload).toMatchObject({ progress: { since: 1 }, execution: { id: childArn, passes: 7 }, target: app });
  });

  test('adds the redrives of the execution to those of the root, and tells the retries', async () => {
    const input = { ...fresh, root: { ...fresh.root, redrive: 2 } };
    const payload = await evaluated(payloadOf('Migrate events'), {
      input,
      context: context({ Execution: { RedriveCount: 1 }, State: { RetryCount: 4 } }),
    });
    expect(payload).toMatchObject({ attempt: { redrive: 3, retry: 4 }, root: { redrive: 2 } });
  });

  test('takes nothing from an input that looks like our own context', async () => {
    const hostile = { root: { id: 'x', redrive: 99 }, passes: -1, step: { status: 'DONE' } };
    const begun = await evaluated(stateOf(definition, 'Begin the upgrade')['Output'], {
      input: hostile,
      context: context({ Execution: { Id: rootArn, Input: hostile } }),
    });
    expect(begun).toEqual({ root: { id: rootArn, redrive: 0 }, passes: 0 });
  });
});

describe('An answer', () => {
  const after = (name: string, input: unknown, answer: unknown): Promise<unknown> =>
    evaluated(stateOf(definition, name)['Output'], { input, result: { Payload: answer }, context: context() });

  test.each(loopNames)('IN_PROGRESS of "%s" counts a pass and gives the Wait what it reads', async (name) => {
    const answer = { status: 'IN_PROGRESS', waitSeconds: 12, progress: { since: 5 }, summary: 's' };
    const state = (await after(name, fresh, answer)) as Record<string, unknown>;
    expect(state).toEqual({
      ...fresh,
      passes: 1,
      step: { status: 'IN_PROGRESS', waitSeconds: 12, progress: { since: 5 } },
    });
    const choice = stateOf(definition, String(stateOf(definition, name)['Next']));
    for (const { Condition } of choice['Choices'] as { Condition: string }[]) {
      expect(await evaluated(Condition, { input: state, context: context() })).toBe(false);
    }
    const wait = stateOf(definition, String(choice['Default']));
    expect(await evaluated(wait['Seconds'], { input: state, context: context() })).toBe(12);
  });

  test.each(loopNames)('DONE of "%s" drops the progress and leads on', async (name) => {
    const before = { ...fresh, passes: 3, step: { status: 'IN_PROGRESS', waitSeconds: 1, progress: { since: 5 } } };
    const state = (await after(name, before, { status: 'DONE', result: {}, summary: 's' })) as Record<string, unknown>;
    expect(state).toMatchObject({ passes: 4, step: { status: 'DONE' } });
    expect(state['step']).toEqual({ status: 'DONE' });
    const choice = stateOf(definition, String(stateOf(definition, name)['Next']));
    const [first] = choice['Choices'] as { Condition: string }[];
    expect(await evaluated(first?.Condition, { input: state, context: context() })).toBe(true);
  });

  test('that waits a fraction of a second waits a whole one', async () => {
    const state = await after('Check', fresh, { status: 'IN_PROGRESS', waitSeconds: 0.2, progress: {} });
    expect(state).toMatchObject({ step: { waitSeconds: 1 } });
  });

  test.each([
    ['an unknown status', { status: 'MAYBE' }],
    ['no status', {}],
    ['AGAIN where nobody judges', { status: 'AGAIN', items: [] }],
    ['no time to wait', { status: 'IN_PROGRESS', progress: {} }],
  ])('with %s fails the Task, where a redrive asks again', async (_what, answer) => {
    await expect(after('Check', fresh, answer)).rejects.toMatchObject({ code: 'D3141' });
  });

  const items = [{ region: 'eu-west-1', projectId: 'shop' }];
  const root = { root: { id: rootArn, redrive: 0 }, passes: 0 };
  const planned = (changes: object): Promise<unknown> =>
    after('Inspect and plan', root, {
      status: 'DONE',
      result: { mode: 'execute', planKey: 'plans/h/plan.json', planHash: 'h', items, nothing: false, ...changes },
      summary: 's',
    });

  test('with a plan to execute leads to its change set and, approved, to its projects', async () => {
    const state = await planned({ output: { long: 'plan' } });
    expect(state).toMatchObject({ root: { id: rootArn, plan: 'plans/h/plan.json' }, items, output: {} });
    expect(await next('Is there anything to do?', state)).toBe('Prepare the console change set');
    expect(await next('Upgrade or clean up?', state)).toBe('Prove the Lambda functions');
    expect(await next('Is there a project to upgrade?', state)).toBe('Each project');
  });

  test('with a plan to clean up leads to its approval, and to its projects without a backup', async () => {
    const state = await planned({ mode: 'cleanup' });
    expect(await next('Is there anything to do?', state)).toBe('Approve the plan');
    expect(await next('Upgrade or clean up?', state)).toBe('Each project to clean up');
  });

  test('that approves keeps the context, so that the mode and the projects are still known', async () => {
    const approve = stateOf(definition, 'Approve the plan')['Output'];
    const input = { ...((await planned({ mode: 'cleanup' })) as object), passes: 4 };
    const state = await evaluated(approve, { input, result: { approved: true }, context: context() });
    expect(state).toEqual({ ...input, passes: 5, step: { status: 'DONE' } });
    for (const result of [{ approved: false }, { approved: 'yes' }, {}]) {
      await expect(evaluated(approve, { input, result, context: context() })).rejects.toMatchObject({ code: 'D3141' });
    }
  });

  test('with a plan to show ends with it', async () => {
    const state = await planned({ mode: 'plan', output: { hash: 'h' } });
    expect(await next('Is there anything to do?', state)).toBe('Show the plan');
    expect(await evaluated(stateOf(definition, 'Show the plan')['Output'], { input: state })).toEqual({ hash: 'h' });
  });

  test.each(['execute', 'cleanup'])('with nothing to do leads to the report, in mode %s', async (mode) => {
    expect(await next('Is there anything to do?', await planned({ mode, items: [], nothing: true }))).toBe('Report');
  });

  test('with a console to upgrade and no project leads to the report after the console', async () => {
    const state = await planned({ items: [] });
    expect(state).toMatchObject({ items: [] });
    expect(await next('Is there anything to do?', state)).toBe('Prepare the console change set');
    expect(await next('Is there a project to upgrade?', state)).toBe('Report');
  });

  test('with apps leads to them, also when there is only one; without, the project is put back', async () => {
    const some = await after('List the apps', fresh, { status: 'DONE', result: { items: [app] }, summary: 's' });
    expect(some).toMatchObject({ items: [app] });
    expect(await next('Is there an app to migrate?', some)).toBe('Scale Redshift up');
    const none = await after('List the apps', fresh, { status: 'DONE', result: { items: [] }, summary: 's' });
    expect(await next('Is there an app to migrate?', none)).toBe('Restore capacity');
    expect(await next('Were apps migrated?', none)).toBe('The project is done');
  });

  test('of an app without legacy data ends it after its schema', async () => {
    expect(await next('Is there data to migrate?', { ...fresh, target: { ...app, schemaOnly: true } })).toBe(
      'The app is done',
    );
    expect(await next('Is there data to migrate?', fresh)).toBe('Check');
  });

  test.each([
    ['Judge the apps', 'Did every app succeed?', 'Keep data processing paused', 'Each app'],
    ['Judge the projects', 'Did every project succeed?', 'Each project', 'Each project'],
    ['Judge the cleaned apps', 'Is every app clean?', 'Each app to clean up', 'Each app to clean up'],
    ['Judge the cleaned projects', 'Is every project clean?', 'Each project to clean up', 'Each project to clean up'],
  ])('AGAIN of "%s" brings the unfinished items back to the Map', async (judge, question, way, map) => {
    const judged = { ...fresh, map: { runArn: 'arn', redrive: 0 } };
    const state = await after(judge, judged, { status: 'AGAIN', items: [app], summary: 's' });
    expect(await next(question, state)).toBe(way);
    expect(await evaluated(stateOf(definition, map)['Items'], { input: state })).toEqual([app]);
  });

  async function next(choice: string, input: unknown): Promise<unknown> {
    const state = stateOf(definition, choice);
    for (const rule of state['Choices'] as { Condition: string; Next: string }[]) {
      if ((await evaluated(rule.Condition, { input, context: context() })) === true) return rule.Next;
    }
    return state['Default'];
  }
});

describe('A Map', () => {
  const maps = ['Each project', 'Each app', 'Each project to clean up', 'Each app to clean up'];

  test.each(maps)('"%s" hands its own redrives and the plan down to each child', async (name) => {
    const input = { ...fresh, root: { ...fresh.root, redrive: 1 }, items: [app] };
    const child = await evaluated(stateOf(definition, name)['ItemSelector'], {
      input,
      context: context({ Execution: { RedriveCount: 2 }, Map: { Item: { Index: 0, Value: app } } }),
    });
    expect(child).toEqual({ root: { id: rootArn, redrive: 3, plan: 'plans/h/plan.json' }, target: app, passes: 0 });
  });

  test.each(maps)('"%s" tells the judge its Map Run and the redrives it had', async (name) => {
    const input = { ...fresh, passes: 4, items: [app], step: { status: 'DONE' } };
    const output = await evaluated(stateOf(definition, name)['Output'], {
      input,
      result: { MapRunArn: 'arn:run', ResultWriterDetails: { Bucket: 'b', Key: 'k' } },
      context: context({ Execution: { RedriveCount: 1 } }),
    });
    expect(output).toEqual({ ...fresh, passes: 4, map: { runArn: 'arn:run', redrive: 1 } });
  });

  test('is judged by its run and the redrives it ran under', async () => {
    const { Payload: payload } = stateOf(definition, 'Judge the projects')['Arguments'] as { Payload: unknown };
    const input = { root: fresh.root, passes: 4, map: { runArn: 'arn:run', redrive: 1 } };
    const request = await evaluated(payload, { input, context: context() });
    expect(request).toMatchObject({ target: { children: 'projects', mapRunArn: 'arn:run', mapRedrive: 1 } });
  });
});

describe('A child', () => {
  test('ends with an output below 200 bytes, however long its ids are', async () => {
    const input = { ...fresh, target: { region: 'eu-west-1', projectId: 'p'.repeat(127), appId: 'a'.repeat(127) } };
    for (const name of [
      'The app is done',
      'The project is done',
      'The app is cleaned up',
      'The project is cleaned up',
    ]) {
      const output = await evaluated(stateOf(definition, name)['Output'], { input, context: context() });
      expect(Buffer.byteLength(JSON.stringify(output))).toBeLessThan(200);
    }
  });
});
