import { settle, untilQuiet } from '../matrix/matrix-run';
import type { Stage } from '../run/stage';
import { guardians } from '../scenarios/guardians';

/** How often somebody redrives a guardian that fails. */
const MOST_REDRIVES = 6;

/**
 * Waits until the guardian of an execution that nobody will redrive has come to its end, and until everything that ends by
 * itself has done so. A guardian that fails is redriven, as the runbook says.
 */
export async function untilGuarded(stage: Stage): Promise<void> {
  for (let redrives = 0; redrives <= MOST_REDRIVES; redrives += 1) {
    await untilQuiet(stage.world);
    const guardian = guardians(stage).at(-1);
    if (guardian?.root !== stage.root || guardian.status === 'SUCCEEDED') break;
    await stage.redrive(guardian.executionArn);
  }
  await settle(stage.world);
}

/** Projects whose stacks are half-way between two releases at this moment. */
export function halfWay({ world: { account, description } }: Stage): ReadonlySet<string> {
  const projects = description.projects.filter(({ projectId, region }) => {
    const stacks = account.stacks
      .inRegion(region)
      .filter(({ tags, parentId }) => parentId === undefined && tags['aws-solution/clickstream/project'] === projectId)
      .filter(({ status }) => status !== 'DELETE_COMPLETE');
    const versions = new Set(stacks.map(({ tags }) => tags['aws-solution/version']));
    return versions.size > 1 || stacks.some(({ status }) => !WHOLE.includes(status));
  });
  return new Set(projects.map(({ projectId }) => projectId));
}

/** Source: CloudFormation User Guide, stack status codes */
const WHOLE: readonly string[] = ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'IMPORT_COMPLETE'];
