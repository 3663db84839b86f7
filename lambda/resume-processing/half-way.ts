import { findPipelineStacks, type PipelineStack } from '../shared/solution/find-pipeline-stacks';
import type { ProjectPlan } from '../shared/plan/project-plan';

/** Ends of an operation that leave a stack as it is meant to be. Source: CloudFormation User Guide, stack status codes */
const WHOLE = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'];

/**
 * Pure: why a project's stacks are half-way between two releases; undefined where they are all of one. A stack that was rolled
 * back counts as half-way although it runs: the upgrade of its project is not over.
 */
export function whyHalfWay(stacks: readonly PipelineStack[]): string | undefined {
  const unfinished = stacks.filter(({ status }) => !WHOLE.includes(status));
  if (unfinished.length > 0) return unfinished.map(({ name, status }) => `${name} is ${status}`).join(', ');
  const versions = [...new Set(stacks.map(({ version }) => version ?? 'no version'))];
  return versions.length > 1 ? `its stacks are at ${versions.sort().join(' and ')}` : undefined;
}

/** The same, of the project as it stands. */
export async function findHalfWay({ region, stackPrefix, pipelineId }: ProjectPlan): Promise<string | undefined> {
  return whyHalfWay(await findPipelineStacks(region, stackPrefix, pipelineId));
}
