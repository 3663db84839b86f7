import type { Stack } from '@aws-sdk/client-cloudformation';
import { PIPELINE_STACK_TYPES, stackNames, type PipelineStackType } from './pipeline-stacks';
import { findStack, versionTag } from './stacks';

/** A stack of a pipeline as it stands. */
export interface PipelineStack {
  type: PipelineStackType;
  name: string;
  status: string;
  /** Full version that its tag says. */
  version: string | undefined;
  /** Begin of its last update, epoch milliseconds; of its creation when it was never updated. */
  updatedMs: number;
}

/** Every stack that a pipeline has, in the order of {@link PIPELINE_STACK_TYPES}. */
export async function findPipelineStacks(region: string, prefix: string, pipelineId: string): Promise<PipelineStack[]> {
  const candidates = PIPELINE_STACK_TYPES.flatMap((type) =>
    stackNames(prefix, type, pipelineId).map((name) => ({ type, name })),
  );
  const found = await Promise.all(
    candidates.map(async ({ type, name }) => {
      const stack = await findStack(region, name);
      return stack === undefined ? [] : [described(type, name, stack)];
    }),
  );
  return found.flat();
}

function described(type: PipelineStackType, name: string, stack: Stack): PipelineStack {
  const updated = stack.LastUpdatedTime ?? stack.CreationTime;
  const { StackStatus: status = '' } = stack;
  return { type, name, status, version: versionTag(stack), updatedMs: updated?.getTime() ?? 0 };
}
