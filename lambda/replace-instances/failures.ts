import { ErrorCode, UpgradeError } from '../shared/errors';
import type { ProjectPlan } from '../shared/plan/project-plan';
import { durationText } from '../shared/summary';
import type { WaitFor } from './decide';
import type { Fleet } from './fleet';

/** The group still launches from a launch configuration: nothing would be new. */
export function noTemplate({ projectId, region, targetVersion }: ProjectPlan, { group, cluster }: Fleet): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.PipelineUpgradeFailed,
    what: `The ingestion instances of project ${projectId} have no launch template to be replaced from.`,
    why: `The Auto Scaling group ${group.name} still has a launch configuration, although ${targetVersion} brings a template.`,
    next: 'Look at the last update of the project’s ingestion stack and bring it to the new release, then redrive.',
    redrive: 'yes',
    ids: { projectId, region, group: group.name, cluster },
  });
}

/** Nothing has moved for longer than it may take. */
export function standstill(
  { projectId, region }: ProjectPlan,
  fleet: Fleet,
  { for: reason, seconds }: { for: WaitFor; seconds: number },
): UpgradeError {
  const { group, cluster, service, tasks } = fleet;
  const ids = { projectId, region, cluster, service, group: group.name };
  const since = `for ${durationText(seconds)}`;
  const said = tasks.events.slice(0, 3).join(' | ') || 'nothing';
  switch (reason) {
    case 'tasks':
      return new UpgradeError({
        code: ErrorCode.IngestionUnhealthy,
        what: `New ingestion tasks of project ${projectId} have not become healthy ${since}.`,
        why: `${String(tasks.serving)} tasks serve, ${String(tasks.desired)} are wanted. The service says: ${said}`,
        next:
          `No old instance that is needed was drained. Look at the events of the service and at the activity of the Auto ` +
          `Scaling group ${group.name}, resolve what they say, then redrive.`,
        redrive: 'yes',
        ids,
      });
    case 'last tasks':
      return new UpgradeError({
        code: ErrorCode.IngestionUnhealthy,
        what: `Every old instance of project ${projectId} is gone, but not all of the new tasks are healthy ${since}.`,
        why: `${String(tasks.serving)} tasks serve, ${String(tasks.desired)} were asked for. The service says: ${said}`,
        next:
          `Resolve what the service and the Auto Scaling group ${group.name} say, or set the service’s desired count to what ` +
          `it was before yourself; then redrive, and the rest is put back.`,
        redrive: 'yes',
        ids,
      });
    case 'drain':
      return new UpgradeError({
        code: ErrorCode.DeadlinePassed,
        what: `Tasks on draining instances of project ${projectId} have not stopped ${since}.`,
        why: `A task may take as long as its stop time-out; these take longer. ${silent(fleet)}`,
        next:
          'Look at these tasks in the ECS console. If they have nothing left to write, terminate their instances in the Auto ' +
          'Scaling group with the desired capacity decremented; then redrive.',
        redrive: 'yes',
        ids,
      });
    case 'stack':
    case 'deployment':
    case 'instances':
    case 'surplus':
    case 'warm pool':
      return new UpgradeError({
        code: ErrorCode.DeadlinePassed,
        what: `The ingestion fleet of project ${projectId} has not moved ${since}, waiting for ${WAITED[reason]}.`,
        why: `The service says: ${said}`,
        next: `Look at the service and at the activity of the Auto Scaling group ${group.name}, resolve what they say, then redrive.`,
        redrive: 'yes',
        ids,
      });
  }
}

/** What is waited for, as it stands in a sentence. */
export const WAITED: Record<WaitFor, string> = {
  stack: 'the update of the ingestion stack to end',
  deployment: 'the service’s deployment to end',
  tasks: 'new tasks to become healthy',
  'last tasks': 'the last new tasks to become healthy',
  drain: 'tasks on draining instances to stop',
  instances: 'old instances to arrive, so that they can be terminated',
  surplus: 'surplus tasks and instances to go',
  'warm pool': 'the warm pool to empty',
};

function silent({ instances }: Fleet): string {
  const names = instances
    .filter(({ host }) => host?.status === 'DRAINING' && host.tasks > 0)
    .map(({ id, host }) => (host?.agentConnected === false ? `${id} (its agent is not connected)` : id));
  return `On: ${names.join(', ')}.`;
}
