import { AwsError, type ServiceCall } from './service';

/** Name of the error by which the rehearsal refuses what it does not simulate. AWS never sends it; SDKs do not retry it. */
export const NOT_SIMULATED = 'RehearsalNotSimulated';

/** What is not simulated fails, with words that say whose fault it is. */
export function notSimulated(what: string): AwsError {
  return new AwsError(NOT_SIMULATED, `The rehearsal does not simulate ${what}.`, 400);
}

/**
 * Refuses members of the input that a simulated operation would otherwise ignore.
 *
 * @throws AwsError naming them
 */
export function refuseOtherMembers(call: ServiceCall, simulated: readonly string[]): void {
  const others = Object.keys(call.input).filter((name) => call.input[name] !== undefined && !simulated.includes(name));
  if (others.length > 0) throw notSimulated(`${call.service}:${call.operation} with ${others.join(', ')}`);
}
