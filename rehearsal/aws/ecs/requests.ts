import { count, pageOf, type Page } from '../ingestion-fleet/paging';
import { AwsError, type ServiceCall } from '../service';

/** What the operations of the ECS API have in common: limits, refusals, failures, pages. */

const PAGE_SIZE = 100;

/** The words of these refusals are ours. Source of the error's name: Amazon ECS API Reference, Common Errors */
export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** @throws AwsError InvalidParameterException for none or too many */
export function atMost(ids: string[], most: number, member: string): string[] {
  if (ids.length === 0) throw invalidParameter(`${member} can not be empty.`);
  if (ids.length > most) throw invalidParameter(`${member} can have at most ${most} items.`);
  return ids;
}

/** An entry of `failures`: the call itself succeeds. Source: Amazon ECS Developer Guide, "API failure reasons" */
export function missing(arn: string): Record<string, unknown> {
  return { arn, reason: 'MISSING' };
}

/** @throws AwsError InvalidParameterException for a size or a token that is none */
export function pageOfCall<T>(all: readonly T[], call: ServiceCall, defaultSize = PAGE_SIZE): Page<T> {
  const size = count(call.input['maxResults']) ?? defaultSize;
  if (size < 1 || size > PAGE_SIZE) throw invalidParameter(`maxResults must be between 1 and ${PAGE_SIZE}.`);
  return pageOf(all, size, call.input['nextToken'], () => invalidParameter('Invalid token.'));
}
