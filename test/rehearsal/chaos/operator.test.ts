import { ErrorCode, UpgradeError, type ErrorReport } from '../../../lambda/shared/errors';
import { MOST_REDRIVES, MOST_RESTARTS, nextMove, reportOf, type Seen } from '../../../rehearsal/chaos/operator';

const OWNER = 'arn:aws:states:us-east-1:111122223333:execution:ClickstreamUpgrade:rehearsal-1';

function failed(report: Partial<ErrorReport> = {}, seen: Partial<Seen> = {}): Seen {
  const error = new UpgradeError({
    code: ErrorCode.ChildrenFailed,
    what: 'One app failed.',
    why: 'Its data are bad.',
    next: 'Mend them, then redrive.',
    redrive: 'yes',
    ids: {},
    ...report,
  });
  const cause = JSON.stringify({ errorType: error.name, errorMessage: error.message, trace: [] });
  return {
    phase: 'execute',
    status: 'FAILED',
    error: error.name,
    cause,
    isRedrivable: true,
    redrives: 0,
    restarts: 0,
    accepts: true,
    ...seen,
  };
}

describe('Who operates a world of chaos', () => {
  test('is done when the execution has succeeded', () => {
    expect(nextMove(failed({}, { status: 'SUCCEEDED' }))).toEqual({ do: 'end', because: 'succeeded' });
  });

  test('does what the error says before redriving', () => {
    expect(nextMove(failed())).toEqual({ do: 'redrive', repair: true });
  });

  test('redrives what was stopped, without anything to repair', () => {
    const stopped = failed({}, { status: 'ABORTED', error: undefined, cause: undefined });
    expect(nextMove(stopped)).toEqual({ do: 'redrive', repair: false });
    expect(nextMove({ ...stopped, status: 'TIMED_OUT' })).toEqual({ do: 'redrive', repair: false });
  });

  test('accepts what only a person can judge before redriving, or leaves it at that', () => {
    const message = 'ParityNeedsAPerson: the data of web differ. Next: judge it.';
    const differs = { problems: [{ path: 'shop/web', message }] };
    expect(nextMove(failed(differs))).toEqual({ do: 'redrive', repair: true, accept: true });
    expect(nextMove(failed(differs, { accepts: false }))).toEqual({ do: 'end', because: 'declined' });
    expect(nextMove(failed({}, { accepts: false }))).toEqual({ do: 'redrive', repair: true });
    expect(nextMove(failed(differs, { redrives: MOST_REDRIVES }))).toEqual({ do: 'end', because: 'gave-up' });
  });

  test('starts anew where the error says so, with the lock that it names', () => {
    expect(nextMove(failed({ code: ErrorCode.PlanStale, redrive: 'no' }))).toEqual({ do: 'start' });
    const next = `Start a new execution with "takeOver": "${OWNER}" in its input.`;
    expect(nextMove(failed({ code: ErrorCode.HistoryBudgetSpent, redrive: 'no', next }))).toEqual({
      do: 'start',
      takeOver: OWNER,
    });
    const plain = `Start a new execution, takeOver: ${OWNER}.`;
    expect(nextMove(failed({ code: ErrorCode.HistoryBudgetSpent, redrive: 'no', next: plain }))).toEqual({
      do: 'start',
      takeOver: OWNER,
    });
  });

  test('starts anew where nothing can be redriven any more', () => {
    expect(nextMove(failed({}, { status: 'ABORTED', isRedrivable: false }))).toEqual({ do: 'start' });
  });

  test('takes a refused plan for an end', () => {
    for (const code of [ErrorCode.PlanRefused, ErrorCode.InvalidInput]) {
      expect(nextMove(failed({ code, redrive: 'no' }))).toEqual({ do: 'end', because: 'refused' });
    }
  });

  test('redrives what did not answer, as the runbook says', () => {
    for (const error of ['Lambda.Unknown', 'States.Timeout', 'Sandbox.Timedout']) {
      expect(nextMove(failed({}, { error, cause: 'gone' }))).toEqual({ do: 'redrive', repair: true });
    }
  });

  test('cannot go on with an error that says nothing', () => {
    for (const error of ['TypeError', 'States.Runtime', 'Error', undefined]) {
      expect(nextMove(failed({}, { error, cause: 'x is undefined' }))).toEqual({ do: 'end', because: 'untyped' });
    }
  });

  test('gives up after a while', () => {
    const gaveUp = { do: 'end', because: 'gave-up' };
    expect(nextMove(failed({}, { redrives: MOST_REDRIVES }))).toEqual(gaveUp);
    expect(nextMove(failed({ redrive: 'no' }, { restarts: MOST_RESTARTS }))).toEqual(gaveUp);
    expect(nextMove(failed({}, { status: 'ABORTED', redrives: MOST_REDRIVES }))).toEqual(gaveUp);
  });
});

describe('The report of a failed execution', () => {
  test('is the step’s own', () => {
    expect(reportOf(failed())).toMatchObject({
      code: 'ChildrenFailed',
      redrive: 'yes',
      next: 'Mend them, then redrive.',
    });
  });

  test('is the cause itself where a person has failed the Task', () => {
    const { errorMessage } = JSON.parse(failed().cause ?? '') as { errorMessage: string };
    expect(reportOf({ error: 'ChildrenFailed', cause: errorMessage })).toMatchObject({ code: 'ChildrenFailed' });
  });

  test('is none where it is not complete, or of another error', () => {
    expect(reportOf({ error: 'ChildrenFailed', cause: undefined })).toBeUndefined();
    expect(reportOf({ error: 'ChildrenFailed', cause: '{"errorMessage": "no JSON"}' })).toBeUndefined();
    expect(reportOf(failed({ next: '' }))).toBeUndefined();
    expect(reportOf({ ...failed(), error: 'PlanRefused' })).toBeUndefined();
  });
});
