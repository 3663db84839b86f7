import { ErrorCode, UpgradeError } from '../errors';

/** The console's API said no: its own words, and what to do. */
export function consoleRefused(
  what: string,
  { status, message }: { status: number; message: string },
  ids: Record<string, string>,
): UpgradeError {
  const isIdentity = status === 401 || status === 403;
  return new UpgradeError({
    code: ErrorCode.ConsoleRefused,
    what,
    why: `The web console answered ${String(status)}: ${message}`,
    next: isIdentity
      ? 'Put a valid token of a user with the role Admin or Operator into the secret, then redrive.'
      : 'Resolve the reason that the console names, if need be in the console itself, then redrive.',
    redrive: 'yes',
    ids,
  });
}
