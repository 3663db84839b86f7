import type { SimulatedStack, SimulatedStackResource } from '../stacks';
import type { SolutionDescription, SolutionProject } from './description';
import type { SolutionNames } from './naming';

/** A stack nested in one of a pipeline's: its times, tags and status are those of its parent. */
export function nestedStack(
  { project, parentName, stackName }: { project: SolutionProject; parentName: string; stackName: string },
  { description, resources }: { description: string; resources: SimulatedStackResource[] },
  { createdMs, updatedMs }: Pick<SolutionDescription, 'createdMs' | 'updatedMs'>,
  names: SolutionNames,
): SimulatedStack {
  const { region } = project;
  const parentId = names.stackId(region, parentName);
  return {
    region,
    stackName,
    stackId: names.stackId(region, stackName),
    parentId,
    rootId: parentId,
    description,
    status: updatedMs === undefined ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE',
    parameters: {},
    outputs: [],
    tags: names.tags(project),
    resources,
    createdMs,
    ...(updatedMs === undefined ? {} : { updatedMs }),
  };
}
