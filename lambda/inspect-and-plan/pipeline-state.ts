import type { FoundProject } from './world';

/**
 * How a pipeline stands.
 *
 * - `active`: it may be upgraded.
 * - `warning`: its last update or upgrade did not come through; the console's *Retry* has to bring it back first.
 * - `failed`: it was never completely created.
 * - `stuck`: CloudFormation could not even roll a stack back; nothing but a person gets it going again.
 * - `busy`: something is at work on it.
 */
export interface PipelineState {
  is: 'active' | 'warning' | 'failed' | 'stuck' | 'busy';
  /** What shows it; empty when it is active. */
  why: string;
}

/**
 * Pure: the status that the console would compute, from the pipeline's record and its stacks as they are. The record's own
 * `statusType` is not kept up to date.
 * Source: awslabs/clickstream-analytics-on-aws, api/common/utils.ts (getPipelineStatusType)
 */
export function pipelineState({ stacks, record }: Pick<FoundProject, 'stacks' | 'record'>): PipelineState {
  const told = (found: typeof stacks): string =>
    found.map(({ stackName, status }) => `${stackName} is ${status}`).join(', ');
  const busy = stacks.filter(({ status }) => status.endsWith('_IN_PROGRESS'));
  if (busy.length > 0) return { is: 'busy', why: told(busy) };
  const stuck = stacks.filter(({ status }) => status.endsWith('ROLLBACK_FAILED'));
  if (stuck.length > 0) return { is: 'stuck', why: told(stuck) };
  if (record.execution === 'RUNNING') return { is: 'busy', why: 'its workflow in the web console is running' };
  // A failure after the creation is shown as a warning.
  const unwell = record.lastAction === 'Update' || record.lastAction === 'Upgrade' ? 'warning' : 'failed';
  const broken = stacks.filter(({ status }) => status.endsWith('_FAILED') || status.endsWith('ROLLBACK_COMPLETE'));
  if (broken.length > 0) return { is: unwell, why: told(broken) };
  if (record.execution !== undefined && ENDED_BADLY.has(record.execution)) {
    return { is: unwell, why: `its last workflow in the web console ended ${record.execution}` };
  }
  const behind = stacks.filter(
    ({ version }) =>
      version !== undefined && record.templateVersion !== undefined && version !== record.templateVersion,
  );
  if (behind.length === 0) return { is: 'active', why: '' };
  const names = behind.map(({ stackName, version = '' }) => `${stackName} is at ${version}`).join(', ');
  return { is: 'warning', why: `${names}, its record says ${record.templateVersion ?? ''}` };
}

const ENDED_BADLY = new Set(['FAILED', 'TIMED_OUT', 'ABORTED']);
