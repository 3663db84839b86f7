import { readInput } from '../../../lambda/inspect-and-plan/input';
import { UpgradeError, type Problem } from '../../../lambda/shared/errors';
import { INJECTIONS } from '../support/injections';

function problems(input: unknown): readonly Problem[] {
  try {
    readInput(input);
  } catch (error) {
    if (!(error instanceof UpgradeError)) throw error;
    expect(error.report).toMatchObject({ code: 'InvalidInput', redrive: 'no' });
    return error.report.problems ?? [];
  }
  throw new Error('The input was accepted');
}

const paths = (input: unknown): string[] => problems(input).map(({ path }) => path);
const withApp = (app: Record<string, unknown>): unknown => ({ projects: [{ projectId: 'p1', apps: [app] }] });

describe('The input of an execution', () => {
  test('may be empty: then everything is planned and nothing is changed', () => {
    expect(readInput({})).toMatchObject({
      mode: 'plan',
      projects: 'all',
      migration: { days: 30, strategy: 'windowed' },
    });
    expect(readInput(undefined)).toEqual(readInput({}));
  });

  test.each(INJECTIONS)('is refused with the app id %j', (appId) => {
    expect(paths(withApp({ appId }))).toEqual(['input.projects.0.apps.0.appId']);
  });

  test.each(INJECTIONS)('is refused with the project id %j', (projectId) => {
    expect(paths({ projects: [{ projectId }] })).toEqual(['input.projects.0.projectId']);
  });

  test('is refused with a time zone that does not exist', () => {
    expect(paths(withApp({ appId: 'app1', timezone: 'Mars/Olympus' }))).toEqual(['input.projects.0.apps.0.timezone']);
  });

  test('is refused with every problem listed at its path, however deep', () => {
    const input = {
      mode: 'destroy',
      planHash: 'abc',
      console: { targetVersion: 'newest' },
      projects: [
        { projectId: 'p1', apps: [{ appId: 5 }, { appId: 'a b' }] },
        { projectId: '1', color: 'red' },
      ],
      migration: { days: 0, strategy: 'fast', eventsPerWindow: 1.5, rpu: 2, ignoreLoad: 'no' },
      surprise: true,
    };
    expect(paths(input).sort()).toEqual(
      [
        'input',
        'input.console.targetVersion',
        'input.migration.days',
        'input.migration.eventsPerWindow',
        'input.migration.ignoreLoad',
        'input.migration.rpu',
        'input.migration.strategy',
        'input.mode',
        'input.planHash',
        'input.projects.0.apps.0.appId',
        'input.projects.0.apps.1.appId',
        'input.projects.1',
        'input.projects.1.projectId',
      ].sort(),
    );
  });

  test('is refused with what was expected where nothing of it is understood', () => {
    expect(problems({ projects: 'some' })).toEqual([
      { path: 'input.projects', message: expect.stringMatching(/"all".*, or .*array/) as string },
    ]);
    expect(paths('execute')).toEqual(['input']);
    expect(paths({ projects: [] })).toEqual(['input.projects']);
  });
});
