import { ErrorCode, UpgradeError } from './errors';

/** The members of an SDK v3 error that tell what happened. */
interface SdkErrorLike extends Error {
  $metadata?: { httpStatusCode?: number; requestId?: string };
  $fault?: 'client' | 'server';
  $retryable?: { throttling?: boolean };
  code?: string;
}

const THROTTLED = new Set([
  'ThrottlingException',
  'Throttling',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
  'ActiveStatementsExceededException',
  'ActiveWaitingRequestsExceededException',
  'SlowDown',
  // Another change of the same rule is under way. Source: EventBridge API Reference, DisableRule
  'ConcurrentModificationException',
]);
const DENIED = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'UnauthorizedException']);
const NETWORK = new Set([
  'TimeoutError',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'NetworkingError',
  'AbortError',
]);

/**
 * Says of an error of the SDK what an operator has to know, so that the machine retries what passes by itself.
 * Anything that is no SDK error comes back as it is.
 */
export function describeAwsError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UpgradeError) return error;
  const sdkError = error as SdkErrorLike;
  const network =
    NETWORK.has(sdkError.name) ||
    (sdkError.code !== undefined && NETWORK.has(sdkError.code)) ||
    NETWORK.has(wrappedName(sdkError.message));
  if (sdkError.$metadata === undefined && !network) return error;
  const ids: Record<string, string> =
    sdkError.$metadata?.requestId === undefined ? {} : { requestId: sdkError.$metadata.requestId };
  const status = sdkError.$metadata?.httpStatusCode ?? 0;
  if (DENIED.has(sdkError.name)) {
    return new UpgradeError(
      {
        code: ErrorCode.AccessDenied,
        what: 'AWS denied a call this step needs.',
        why: sdkError.message,
        next: 'Grant the permission named here to the role named here, then redrive.',
        redrive: 'yes',
        ids,
      },
      { cause: error },
    );
  }
  if (network || THROTTLED.has(sdkError.name) || sdkError.$retryable?.throttling === true || status >= 500) {
    return new UpgradeError(
      {
        code: ErrorCode.AwsUnavailable,
        what: 'An AWS service did not answer or was overloaded.',
        why: `${sdkError.name}: ${sdkError.message}`,
        next: 'The machine has retried for several minutes; when the service works again, redrive.',
        redrive: 'yes',
        ids,
      },
      { cause: error },
    );
  }
  return new UpgradeError(
    {
      code: ErrorCode.AwsRefused,
      what: 'AWS refused a call of this step.',
      why: `${sdkError.name}: ${sdkError.message}`,
      next: 'Resolve the reason named here, then redrive.',
      redrive: 'yes',
      ids,
    },
    { cause: error },
  );
}

/** What the SDK met, where it could not pass the error on itself: then its name stands in the message only. */
function wrappedName(message: string): string {
  return /^AWS SDK error wrapper for (\w+)/.exec(message)?.[1] ?? '';
}

/**
 * What AWS said when it refused a call for a reason of its own; undefined for everything that passes by itself, for a missing
 * permission, and for what is no error of the SDK.
 */
export function refusalOf(error: unknown): string | undefined {
  const described = describeAwsError(error);
  if (described === error || !(described instanceof UpgradeError)) return undefined;
  return described.report.code === ErrorCode.AwsRefused ? described.report.why : undefined;
}

/** True for an SDK error of that name. */
export function isAwsError(error: unknown, ...names: string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}
