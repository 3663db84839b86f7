import type { Stage } from '../run/stage';
import { buildOf } from '../solution/releases';
import type { WorldProject } from '../world/description';
import { CONSOLE_STACK } from '../world/world';
import { equal, holds, type Check, type Scenario } from './scenario';
import { BEFORE_UPGRADE, ONE_APP, RELEASE, timezonesOf } from './worlds';

/** A second small project, in another region than that of {@link ONE_APP}. */
export const SECOND_PROJECT: WorldProject = {
  projectId: 'game_q8tz',
  region: 'ap-southeast-1',
  apps: [{ appId: 'puzzle', timezone: 'Asia/Singapore' }],
};

/** A small world before the upgrade, and the input that takes all of it to {@link RELEASE}. */
export function beforeUpgrade(projects: Scenario['world']['projects'] = ONE_APP.projects): {
  world: Scenario['world'];
  input: Record<string, unknown>;
} {
  return {
    world: { days: ONE_APP.days, version: BEFORE_UPGRADE, projects },
    input: { console: { targetVersion: RELEASE }, projects: timezonesOf(projects) },
  };
}

/** One execution of a workflow of the solution. */
export interface WorkflowExecution {
  name: string;
  status: string;
  redrives: number;
  input: string;
}

/** The web console's upgrades and retries of a project's pipeline, oldest first. */
export function pipelineWorkflows({ world }: Stage, projectId: string): WorkflowExecution[] {
  const { engine, solution } = world.account;
  // Names of a pipeline's stacks end in its id.
  const pipelineId = solution.stacks
    .find(({ tags, parentId }) => tags['aws-solution/clickstream/project'] === projectId && parentId === undefined)
    ?.stackName.split('-')
    .at(-1);
  const machine = solution.stateMachines.find(({ kind }) => kind === 'stack-workflow');
  if (machine === undefined || pipelineId === undefined) return [];
  return executionsOf(engine, machine.arn).filter(({ name }) => name.startsWith(`main-${pipelineId}-`));
}

/** Executions of the workflow that creates an app's schema, oldest first. */
export function schemaWorkflows(
  { world }: Stage,
  { projectId, appId }: { projectId: string; appId: string },
): WorkflowExecution[] {
  const { engine, solution } = world.account;
  return solution.stateMachines
    .filter((machine) => machine.kind === 'sql-execution' && machine.projectId === projectId)
    .flatMap(({ arn }) => executionsOf(engine, arn))
    .filter(({ name }) => name.startsWith(`${appId}-`));
}

function executionsOf(engine: Stage['world']['account']['engine'], stateMachineArn: string): WorkflowExecution[] {
  return engine
    .listExecutions({ stateMachineArn })
    .executions.map(({ executionArn }) => {
      const { name, status, redriveCount, input } = engine.describeExecution({ executionArn: String(executionArn) });
      return {
        name: String(name),
        status: String(status),
        redrives: Number(redriveCount ?? 0),
        input: String(input),
      };
    })
    .reverse();
}

/** Child executions that worked on a project, or on an app of it. */
export function childrenOf({ recorder }: Stage, projectId: string, appId?: string): number {
  const wanted = appId === undefined ? projectId : `${projectId} / ${appId}`;
  return [...recorder.executions.values()].filter(({ name }) => name === wanted).length;
}

/**
 * Console and pipelines are at the release, every hold is put back, the lock is free.
 *
 * @param updates how often the console was updated, with success or without
 */
export async function upgradedCompletely(stage: Stage, { updates = 1 } = {}): Promise<Check[]> {
  const { account, description } = stage.world;
  const version = buildOf(RELEASE) ?? RELEASE;
  const console = account.stacks.find(account.region, CONSOLE_STACK);
  const pipelines = description.projects.flatMap(({ projectId, region }) =>
    account.stacks
      .inRegion(region)
      .filter(
        ({ tags, parentId, status }) =>
          tags['aws-solution/clickstream/project'] === projectId &&
          parentId === undefined &&
          status !== 'DELETE_COMPLETE',
      ),
  );
  const behind = pipelines
    .filter(({ status, tags }) => status !== 'UPDATE_COMPLETE' || tags['aws-solution/version'] !== version)
    .map(({ stackName, status, tags }) => `${stackName} is ${status} at ${String(tags['aws-solution/version'])}`);
  return [
    holds(
      'the web console is at the release',
      console?.status === 'UPDATE_COMPLETE' && console.description.includes(RELEASE),
      `${String(console?.status)}: ${String(console?.description)}`,
    ),
    equal('so many change sets were executed', answered(stage, 'cloudformation', 'ExecuteChangeSet'), updates),
    holds('there are stacks of every project', pipelines.length >= description.projects.length, pipelines.length),
    equal('every stack of every pipeline is at the version of the console', behind, []),
    ...(await putBack(stage)),
  ];
}

/** Whatever was held is as it was, and the next execution may have the lock. */
export async function putBack(stage: Stage): Promise<Check[]> {
  const items = await stage.world.stateItems();
  const held = items.filter(({ pk, state }) => String(pk).startsWith('hold/') && state !== 'restored');
  const locks = items.filter(({ pk }) => String(pk).startsWith('lock/'));
  const rules = rulesOf(stage);
  return [
    holds('the solution has rules', rules.length > 0),
    equal(
      'and each of them is enabled',
      rules.filter(({ state }) => state !== 'ENABLED'),
      [],
    ),
    equal(
      'nothing is held any longer',
      held.map(({ pk }) => pk),
      [],
    ),
    equal(
      'the lock is free',
      locks.map(({ state }) => state),
      ['released'],
    ),
  ];
}

/** Rules in the stacks of every project, those of nested stacks too; all of them are enabled before an upgrade. */
function rulesOf({ world }: Stage): { name: string; state: string | undefined }[] {
  const { stacks, plane } = world.account;
  return [...new Set(world.description.projects.map(({ region }) => region))].flatMap((region) =>
    stacks
      .inRegion(region)
      .filter(({ status }) => status !== 'DELETE_COMPLETE')
      .flatMap(({ resources }) => resources)
      .filter(({ type }) => type === 'AWS::Events::Rule')
      .map(({ physicalId: name }) => ({ name, state: plane.events.find(region, name)?.state })),
  );
}

/** Calls of an operation that the account has acted on. */
function answered({ world }: Stage, service: string, operation: string): number {
  return world.account.callLog.of(service, operation).filter(({ outcome }) => outcome.kind === 'answered').length;
}

/** Every word is in the text. */
export function says(what: string, text: string | undefined, words: readonly string[]): Check {
  const missing = words.filter((word) => text?.includes(word) !== true);
  return holds(what, missing.length === 0, `without ${missing.join(', ')}: ${String(text)}`);
}
