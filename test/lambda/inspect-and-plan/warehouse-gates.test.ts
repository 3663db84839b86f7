import { pythonStateOf } from '../../../lambda/inspect-and-plan/python-probe';
import { problemsInside } from '../../../lambda/inspect-and-plan/warehouse-gates';
import type { Problem } from '../../../lambda/shared/errors';
import { measurement, OLD, situation, verdict, type Situation } from '../support/found';

const problems = (asked: Situation): Problem[] => {
  const judged = situation(asked);
  return problemsInside(judged, judged.input);
};

const GONE = { is: 'gone' as const, words: 'ERROR: Create function is not supported for language plpythonu anymore.' };
const CLEANUP = { mode: 'cleanup' };
const BOTH = [verdict(), verdict({ appId: 'app2' })];

describe('A warehouse stops the plan', () => {
  test('when it cannot be read under its role', () => {
    expect(problems({ measurements: [measurement({ problem: 'it does not answer' })] })).toEqual([
      { path: 'projects.project1', message: 'it does not answer' },
    ]);
  });

  test('when Python functions are gone and the new schema has yet to be made', () => {
    const found = {
      projects: [{ version: OLD }],
      measurements: [measurement({ python: GONE, pythonCall: 'answers' })],
    };
    expect(problems(found)).toEqual([
      { path: 'projects.project1', message: expect.stringContaining('cannot be taken back') as string },
    ]);
  });

  test('when they are gone and those of an app that is to be migrated do not answer, or are not there', () => {
    const without = measurement({ python: GONE, objects: { app1: ['event'], app2: ['event', 'rm_object_props'] } });
    expect(problems({ measurements: [{ ...without, pythonCall: 'answers' }] }).map(({ path }) => path)).toEqual([
      'projects.project1.apps.app1',
    ]);
    expect(problems({ measurements: [{ ...without, pythonCall: 'fails' }] })).toHaveLength(2);
  });

  test('when it cannot be told, in the words of the database', () => {
    const python = { is: 'untold' as const, words: 'ERROR: permission denied for language plpythonu' };
    const found = { projects: [{ version: OLD }], measurements: [measurement({ python })] };
    expect(problems(found)[0]?.message).toContain('permission denied for language');
  });

  test('not when Python lives, and not for apps whose verdict holds', () => {
    expect(problems({ projects: [{ version: OLD }] })).toEqual([]);
    const python = { python: GONE, pythonCall: 'fails' as const };
    expect(problems({ measurements: [measurement(python)], verdicts: BOTH })).toEqual([]);
  });
});

describe('A clean-up is refused', () => {
  test('for an app that nobody has proved, or that waits for a person', () => {
    const found = { input: CLEANUP, verdicts: [verdict({ state: 'open' })] };
    expect(problems(found)).toEqual([
      { path: 'projects.project1.apps.app1', message: expect.stringContaining('open verdict') as string },
      { path: 'projects.project1.apps.app2', message: expect.stringContaining('no verdict') as string },
    ]);
  });

  test('while views outside the solution stand on legacy tables, unless they may go', () => {
    const measurements = [
      measurement({
        dependants: [
          { view: 'reports.daily', on: 'app1.event' },
          { view: 'reports.old', on: 'app1.clickstream_session_view_v2' },
        ],
      }),
    ];
    const found = { input: CLEANUP, measurements, verdicts: BOTH };
    expect(problems(found)).toEqual([
      { path: 'projects.project1.reports.daily', message: expect.stringContaining('"cascade": true') as string },
    ]);
    expect(problems({ ...found, input: { ...CLEANUP, cascade: true } })).toEqual([]);
  });

  test('not for an app without legacy tables, proved or not', () => {
    const objects = { app1: ['event_v2', 'sp_migrate_data_to_v2'], app2: [] };
    expect(problems({ input: CLEANUP, measurements: [measurement({ objects })] })).toEqual([]);
  });
});

describe('The probe of Python functions', () => {
  const part = (status: string, error?: string): { status: string; error: string | undefined } => ({ status, error });

  test.each([
    ['alive', [part('FINISHED'), part('FINISHED'), part('FAILED', 'ERROR: invalid input syntax')]],
    ['gone', [part('FAILED', GONE.words), part('ABORTED'), part('ABORTED')]],
    ['gone', [part('FINISHED'), part('FAILED', 'ERROR: plpythonu is not supported'), part('ABORTED')]],
    ['untold', [part('FAILED', 'ERROR: permission denied for language plpythonu'), part('ABORTED'), part('ABORTED')]],
    ['untold', [part('ABORTED'), part('ABORTED'), part('ABORTED')]],
    ['untold', [part('FINISHED'), part('FINISHED'), part('FINISHED')]],
  ])('says %s when its statements end %j', (is, parts) => {
    expect(pythonStateOf(parts, undefined).is).toBe(is);
  });
});
