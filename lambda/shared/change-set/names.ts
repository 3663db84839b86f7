import { createHash } from 'node:crypto';

/**
 * How everything begins that we have CloudFormation do. The trigger ignores stack events with such a token: our own update
 * also ends in UPDATE_COMPLETE. Policies name our change sets by it.
 */
export const OPERATION_PREFIX = 'clickstream-upgrade-';

/**
 * Change sets of one root execution begin so: the same plan may be executed twice, and the second execution must not touch
 * what the first one waits with.
 */
export function changeSetPrefix(rootId: string, planHash: string): string {
  return `${OPERATION_PREFIX}${digest([rootId, planHash], 16)}-`;
}

/** @param attempt what tells one change set of the same plan from another: letters, digits and hyphens */
export function changeSetName(rootId: string, planHash: string, attempt: string): string {
  return `${changeSetPrefix(rootId, planHash)}${attempt}`;
}

/** ClientRequestToken of one execution of a change set; at most 128 characters. Source: CloudFormation API, ExecuteChangeSet */
export function updateToken(recordKey: string, rootId: string, revision: number): string {
  return `${OPERATION_PREFIX}${digest([recordKey, rootId, String(revision)], 40)}`;
}

function digest(parts: string[], length: number): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, length);
}
