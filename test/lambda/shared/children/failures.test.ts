import { problemsOf, reportOf, type FailedChild } from '../../../../lambda/shared/children/failures';
import { consoleLink } from '../../../../lambda/shared/executions';
import { ErrorCode, UpgradeError, type ErrorReport } from '../../../../lambda/shared/errors';

const ARN = 'arn:aws:states:eu-west-1:111122223333:execution:ClickstreamUpgrade/EachApp:1234';
const REPORT: ErrorReport = {
  code: ErrorCode.ProcedureFailed,
  what: 'The events of app1 failed.',
  why: 'value too long',
  next: 'Shorten it, then redrive.',
  redrive: 'yes',
  ids: {},
};

/** Cause of an execution whose Lambda threw, as Step Functions writes it. */
const causeOf = (report: ErrorReport): string =>
  JSON.stringify({ errorType: report.code, errorMessage: new UpgradeError(report).message, trace: [] });

const child = (changes: Partial<FailedChild> = {}): FailedChild => ({
  executionArn: ARN,
  status: 'FAILED',
  error: 'ProcedureFailed',
  cause: causeOf(REPORT),
  item: { region: 'eu-west-1', projectId: 'project1', appId: 'app1' },
  ...changes,
});

describe('The failure of a child', () => {
  test('is told with its code, its reason, what to do, and a link to it', () => {
    const [problem] = problemsOf(child());
    expect(problem?.path).toBe('app1');
    for (const part of ['ProcedureFailed', 'value too long', 'Shorten it, then redrive.', consoleLink(ARN)]) {
      expect(problem?.message).toContain(part);
    }
  });

  test('of a project is told as those of its apps', () => {
    const problems = [
      { path: 'app1', message: 'one' },
      { path: 'app2', message: 'two' },
    ];
    const cause = causeOf({ ...REPORT, code: ErrorCode.ChildrenFailed, problems });
    expect(problemsOf(child({ cause, item: { projectId: 'project1' } }))).toEqual([
      { path: 'project1/app1', message: 'one' },
      { path: 'project1/app2', message: 'two' },
    ]);
  });

  test('is told with all problems of a preflight', () => {
    const cause = causeOf({
      ...REPORT,
      code: ErrorCode.PreflightFailed,
      problems: [{ path: 'app1.event_v2', message: 'does not exist' }],
    });
    expect(problemsOf(child({ cause })).map(({ path, message }) => `${path}: ${message}`)).toContainEqual(
      expect.stringMatching(/app1\.event_v2: does not exist/),
    );
  });

  test.each([
    ['without a cause', undefined, 'ABORTED'],
    ['with a cause that is no JSON', 'Task timed out', 'Task timed out'],
    ['with a cause that is no report', '{"errorMessage":"out of memory"}', 'out of memory'],
  ] as const)('%s is told as it is', (_, cause, told) => {
    const [problem] = problemsOf(child({ status: 'ABORTED', error: undefined, cause, item: undefined }));
    expect(problem).toEqual({ path: '1234', message: expect.stringContaining(told) as string });
    expect(reportOf(cause)).toBeUndefined();
  });

  test('keeps a report readable however long its texts are: the cause is cut by Step Functions at 32,768 characters', () => {
    const problems = Array.from({ length: 500 }, (_, index) => ({
      path: `p${String(index)}`,
      message: 'm'.repeat(9_000),
    }));
    const cause = causeOf({ ...REPORT, what: 'w'.repeat(50_000), why: 'y'.repeat(50_000), problems });
    expect(cause.length).toBeLessThan(32_768);
    expect(reportOf(cause)?.problems?.at(-1)).toEqual({ path: '…', message: 'and 440 more' });
  });

  test('is linked in the console of its partition', () => {
    expect(consoleLink(ARN)).toContain('https://eu-west-1.console.aws.amazon.com/states/');
    expect(consoleLink(ARN.replace('arn:aws:', 'arn:aws-cn:').replace('eu-west-1', 'cn-north-1'))).toContain(
      'https://cn-north-1.console.amazonaws.cn/states/',
    );
  });
});
