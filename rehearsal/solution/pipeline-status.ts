import type { ExecutionDetail, PipelineItem, StackDetail } from './console-store';

export type PipelineStatus = 'Active' | 'Failed' | 'Warning' | 'Creating' | 'Updating' | 'Deleting' | 'Deleted';

/** Where a record keeps its progress: old releases had it one level deeper. */
export function progressOf(record: PipelineItem): { execution: ExecutionDetail | undefined; stacks: StackDetail[] } {
  return {
    execution: record.executionDetail ?? record.status?.executionDetail,
    stacks: record.stackDetails ?? record.status?.stackDetails ?? [],
  };
}

/**
 * Status of a pipeline, as the console works it out from the record.
 * Source: awslabs/clickstream-analytics-on-aws, api/common/utils.ts (getPipelineStatusType)
 */
export function pipelineStatus(record: PipelineItem): PipelineStatus {
  const status = rawStatus(record);
  // A pipeline that was there before is not lost with its update.
  return status === 'Failed' && ['Update', 'Upgrade'].includes(record.lastAction ?? '') ? 'Warning' : status;
}

function rawStatus(record: PipelineItem): PipelineStatus {
  const { execution, stacks } = progressOf(record);
  const isBroken = stacks.some(({ stackStatus = '' }) => /_FAILED$|_ROLLBACK_COMPLETE$/.test(stackStatus));
  const isMoving = stacks.some(({ stackStatus = '' }) => stackStatus.endsWith('_IN_PROGRESS'));
  if (['FAILED', 'TIMED_OUT', 'ABORTED'].includes(execution?.status ?? '')) return 'Failed';
  if (execution?.status === 'RUNNING' || (isMoving && !isBroken)) return inProgress(record.lastAction);
  if (isBroken) return 'Failed';
  if (stacks.length > 0 && stacks.every(({ stackStatus }) => stackStatus === 'DELETE_COMPLETE')) return 'Deleted';
  return stacks.some((stack) => isOtherVersion(stack, record)) ? 'Warning' : 'Active';
}

function inProgress(lastAction: string | undefined): PipelineStatus {
  if (lastAction === 'Delete') return 'Deleting';
  return lastAction === 'Create' ? 'Creating' : 'Updating';
}

/** Stacks that tell no version do not count. */
export function isOtherVersion({ stackTemplateVersion = '' }: StackDetail, record: PipelineItem): boolean {
  return stackTemplateVersion !== '' && stackTemplateVersion !== record.templateVersion;
}
