import { describeAwsError, refusalOf } from '../../../lambda/shared/aws-errors';
import { ErrorCode, UpgradeError } from '../../../lambda/shared/errors';

/** An error as the SDK throws it. */
const sdkError = (name: string, status = 400, more: Record<string, unknown> = {}): Error =>
  Object.assign(new Error('why'), { name, $metadata: { httpStatusCode: status, requestId: 'r-1' }, ...more });

const codeOf = (error: unknown): string | undefined => {
  const described = describeAwsError(error);
  return described instanceof UpgradeError ? described.name : undefined;
};

describe('An error of the SDK', () => {
  test.each([
    ['AccessDeniedException', 'AccessDenied'],
    ['AccessDenied', 'AccessDenied'],
    ['UnauthorizedOperation', 'AccessDenied'],
    ['ThrottlingException', 'AwsUnavailable'],
    ['TooManyRequestsException', 'AwsUnavailable'],
    ['ActiveStatementsExceededException', 'AwsUnavailable'],
    ['ProvisionedThroughputExceededException', 'AwsUnavailable'],
    ['ValidationException', 'AwsRefused'],
    ['ResourceNotFoundException', 'AwsRefused'],
    ['StateMachineDoesNotExist', 'AwsRefused'],
  ])('%s is %s', (name, code) => {
    expect(codeOf(sdkError(name))).toBe(code);
  });

  test('is a passing one when the service failed or says that it throttles, whatever its name', () => {
    expect(codeOf(sdkError('InternalServerError', 500))).toBe('AwsUnavailable');
    expect(codeOf(sdkError('ServiceUnavailable', 503))).toBe('AwsUnavailable');
    expect(codeOf(sdkError('LimitExceeded', 400, { $retryable: { throttling: true } }))).toBe('AwsUnavailable');
  });

  test.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE'])(
    'is a passing one when no answer came at all, as the SDK hands on %s of the network',
    (code) => {
      const error = Object.assign(new Error(`connect ${code}`), { code, $metadata: { attempts: 3 } });
      expect(codeOf(error)).toBe('AwsUnavailable');
      expect(codeOf(Object.assign(new Error('socket'), { code }))).toBe('AwsUnavailable');
      expect(codeOf(Object.assign(new Error('no answer'), { name: 'TimeoutError' }))).toBe('AwsUnavailable');
    },
  );

  test('keeps its message, its request and itself as the cause', () => {
    const error = sdkError('ValidationException');
    const described = describeAwsError(error) as UpgradeError;
    expect(described.cause).toBe(error);
    expect(JSON.parse(described.message)).toMatchObject({ why: 'ValidationException: why', ids: { requestId: 'r-1' } });
  });

  test('is not made of other errors: they stay what they are', () => {
    const ours = new UpgradeError({ code: ErrorCode.PlanStale, what: '', why: '', next: '', redrive: 'no', ids: {} });
    const bug = new TypeError('x is undefined');
    expect([ours, bug, 'text'].map(describeAwsError)).toEqual([ours, bug, 'text']);
  });
});

test('An error that the SDK could only wrap is judged by the name in its message', () => {
  const wrapped = (name: string): Error =>
    Object.assign(new Error(`AWS SDK error wrapper for ${name}: socket hang up`), { $metadata: { attempts: 3 } });
  expect(codeOf(wrapped('TimeoutError'))).toBe('AwsUnavailable');
  expect(codeOf(wrapped('TypeError'))).toBe('AwsRefused');
});

test('A refusal is told in AWS’s words, and nothing else is one', () => {
  expect(refusalOf(sdkError('ValidationException'))).toBe('ValidationException: why');
  expect(refusalOf(sdkError('ThrottlingException'))).toBeUndefined();
  expect(refusalOf(sdkError('AccessDeniedException'))).toBeUndefined();
  expect(refusalOf(new Error('why'))).toBeUndefined();
});
