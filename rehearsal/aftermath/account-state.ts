import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Application } from '../aws/emr-serverless/application';
import type { IngestionFleet } from '../aws/ingestion-fleet/fleet';
import type { FleetInstance } from '../aws/ingestion-fleet/instances';
import type { SimulatedStack } from '../aws/cloudformation/stacks';
import type { World } from '../world/world';

/**
 * Everything of the account that an operator would care about, as plain JSON, without ids, times and the call log: two
 * upgrades of the same world are to end with the same. Compare with `differences`.
 */
export async function accountState(world: World): Promise<Record<string, unknown>> {
  const { account } = world;
  const { plane } = account;
  const nowMs = world.clock.now();
  return {
    stacks: byName(account.stacks.all, ({ region, stackName }) => `${region}/${stackName}`, stackState),
    changeSets: byName(
      account.stacks.all,
      ({ region, stackName }) => `${region}/${stackName}`,
      (stack) => account.cloudFormation.changeSetsOf(stack).map(({ status }) => status),
    ),
    consoleTables: await consoleTables(world),
    rules: byName(
      plane.events.all,
      ({ region, name }) => `${region}/${name}`,
      ({ state, scheduleExpression, eventPattern, targets }) => ({
        state,
        scheduleExpression,
        eventPattern,
        targets: targets.map(({ arn }) => arn),
      }),
    ),
    applications: byName(
      plane.emr.all,
      ({ is }) => `${is.region}/${is.name}/${is.id}`,
      (application) => applicationState(application, nowMs),
    ),
    workgroups: byName(
      account.workgroups.all,
      ({ region, name }) => `${region}/${name}`,
      ({ baseCapacityRpu, maxCapacityRpu, pricePerformanceTarget, parameters, busy = false }) => ({
        baseCapacityRpu,
        maxCapacityRpu,
        // A target that was never touched and one that is off are the same to whoever pays for it.
        priceTarget: pricePerformanceTarget?.status === 'ENABLED' ? pricePerformanceTarget.level : 'off',
        parameters,
        busy,
      }),
    ),
    clusters: byName(
      account.clusters.all,
      ({ region, identifier }) => `${region}/${identifier}`,
      ({ nodeType, numberOfNodes, status = 'available' }) => ({ nodeType, numberOfNodes, status }),
    ),
    fleets: byName(plane.fleets.all, ({ description }) => description.projectId, fleetState),
    // That there is one to go back to matters, not how many.
    backups: account.solution.tables.map(({ region, createTable: { TableName } }) => [
      TableName,
      account.dynamoDb.backupsOf(region, TableName).some(({ status }) => status === 'AVAILABLE'),
    ]),
  };
}

function stackState(stack: SimulatedStack): Record<string, unknown> {
  const { status, statusReason, description, parameters, outputs, tags, resources, capabilities, roleArn } = stack;
  return {
    status,
    statusReason,
    description,
    parameters,
    outputs: Object.fromEntries(outputs.map(({ key, value }) => [key, value])),
    tags,
    resources: Object.fromEntries(resources.map(({ logicalId, type, status: its }) => [logicalId, [type, its]])),
    capabilities: [...(capabilities ?? [])].sort(),
    roleArn,
  };
}

function applicationState(application: Application, nowMs: number): unknown {
  const state = application.state(nowMs);
  const jobs = application.activeJobs(nowMs).length;
  // Never started and stopped cost the same.
  return { state: state === 'CREATED' || state === 'STOPPED' ? 'at rest' : state, jobs };
}

function fleetState({ service, group, target, description }: IngestionFleet): Record<string, unknown> {
  const { min, max, suspended } = target;
  return {
    service: {
      desired: service.desired,
      serving: service.serving,
      unplaced: service.unplaced,
      taskDefinition: service.taskDefinition,
    },
    scaling: { min, max, suspended: { ...suspended } },
    capacityProvider: description.ec2?.capacityProviderName,
    ...(group === undefined
      ? {}
      : {
          group: {
            min: group.min,
            max: group.max,
            desired: group.desired,
            launch: group.launch,
            warmPool: group.warmPool,
            instances: group.instances.map(instanceState).sort(),
          },
        }),
  };
}

function instanceState({ state, launch, isProtected, container }: FleetInstance): string {
  const from = launch.kind === 'template' ? `version ${String(launch.version)} of ${launch.name}` : launch.name;
  return [state, `from ${from}`, container?.status ?? 'not registered', ...(isProtected ? ['protected'] : [])].join(
    ', ',
  );
}

type Item = Record<string, unknown>;

/** Members of records that tell when they were written, and by which execution of the solution's workflow. */
const OF_WRITING = new Set(['createAt', 'updateAt', 'ttl', 'executionArn', 'name']);

async function consoleTables(world: World): Promise<Record<string, unknown>> {
  const { dynamoDb, solution } = world.account;
  const all: Record<string, unknown> = {};
  for (const { region, createTable } of solution.tables) {
    const items = await dynamoDb.items(region, createTable.TableName);
    all[createTable.TableName] = records(items.map((item) => unmarshall(item as Parameters<typeof unmarshall>[0])));
  }
  return all;
}

/** Records by what they are; of what a record was before, only that there are as many. Request ids expire by themselves. */
function records(items: readonly Item[]): Record<string, unknown> {
  const all: Record<string, unknown[]> = {};
  for (const item of items) {
    const { id, type, version, ...members } = item;
    if (type === 'REQUESTID') continue;
    const isHistory = /^PIPELINE#[^#]+#(?!latest)/.test(String(type));
    const key = [id ?? members['name'], isHistory ? 'an earlier pipeline record' : type].join('/');
    // The version of a record is the time of its last change.
    (all[key] ??= []).push(isHistory ? 'kept' : withoutWriting({ ...members, hasVersion: version !== undefined }));
  }
  return all;
}

function withoutWriting(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutWriting);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([member]) => !OF_WRITING.has(member))
      .map(([member, inner]) => [member, withoutWriting(inner)]),
  );
}

function byName<T>(
  all: readonly T[],
  nameOf: (one: T) => string,
  stateOf: (one: T) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(all.map((one) => [nameOf(one), stateOf(one)]));
}
