import {
  GetWorkgroupCommand,
  RedshiftServerlessClient,
  UpdateWorkgroupCommand,
  type UpdateWorkgroupCommandInput,
  type Workgroup as DescribedWorkgroup,
} from '@aws-sdk/client-redshift-serverless';
import { refusalOf } from '../shared/aws-errors';
import { ErrorCode, UpgradeError } from '../shared/errors';
import type { Change, Workgroup } from './settings';
import { perRegion } from '../shared/per-region';
import { guarded } from '../shared/guard/guard';

const client = perRegion((region) => guarded(new RedshiftServerlessClient({ region })));

interface Place {
  region: string;
  name: string;
}

const QUERY_LIMIT = 'max_query_execution_time';
const QUEUES = 'wlm_json_configuration';

/** @throws UpgradeError CapacityNotChanged when Redshift does not know it */
export async function describeWorkgroup({ region, name }: Place): Promise<Workgroup> {
  try {
    const { workgroup } = await client(region).send(new GetWorkgroupCommand({ workgroupName: name }));
    return readWorkgroup(workgroup ?? {});
  } catch (error) {
    throw notChanged({ region, name }, error) ?? error;
  }
}

/** Pure: the settings of a workgroup as GetWorkgroup tells them. */
export function readWorkgroup(shown: DescribedWorkgroup): Workgroup {
  const { baseCapacity, maxCapacity, pricePerformanceTarget: target, status } = shown;
  const parameter = (key: string): string | undefined =>
    shown.configParameters?.find(({ parameterKey }) => parameterKey === key)?.parameterValue;
  const limit = parameter(QUERY_LIMIT);
  const queues = parameter(QUEUES);
  // A workgroup with queues of its own takes no limit on queries. Source: Redshift Management Guide, serverless workload management
  const settable = limit !== undefined && (queues === undefined || queues === '' || queues === '[]');
  return {
    status: status ?? '',
    baseRpu: baseCapacity ?? -1,
    ...(maxCapacity === undefined || maxCapacity <= 0 ? {} : { maxRpu: maxCapacity }),
    ...(target?.status === 'ENABLED' ? { targetLevel: target.level ?? BALANCED } : {}),
    ...(settable ? { maxQuerySeconds: Number(limit) } : {}),
  };
}

/** Level of a workgroup that was made without one. Source: Redshift Management Guide, serverless-capacity */
const BALANCED = 50;

/** `begun`, or why it has to be tried again later. */
export type Changing = { is: 'begun' } | { is: 'later'; because: 'busy' | 'no capacity' | 'no snapshot'; why: string };

/** @throws UpgradeError CapacityNotChanged with Redshift's own words, for a refusal that does not pass by itself */
export async function changeWorkgroup(place: Place, change: Change): Promise<Changing> {
  try {
    await client(place.region).send(new UpdateWorkgroupCommand({ workgroupName: place.name, ...inputOf(change) }));
    return { is: 'begun' };
  } catch (error) {
    const because = passing(error);
    if (because !== undefined) return { is: 'later', because, why: (error as Error).message };
    throw notChanged(place, error) ?? error;
  }
}

function inputOf(change: Change): Omit<UpdateWorkgroupCommandInput, 'workgroupName'> {
  switch (change.set) {
    case 'target':
      return {
        pricePerformanceTarget:
          change.level === 'off' ? { status: 'DISABLED' } : { status: 'ENABLED', level: change.level },
      };
    case 'max':
      return { maxCapacity: change.rpu };
    case 'base':
      return { baseCapacity: change.rpu };
    case 'query limit':
      return { configParameters: [{ parameterKey: QUERY_LIMIT, parameterValue: String(change.seconds) }] };
  }
}

/** Of a missing snapshot Redshift has no error of its own. Source: hashicorp/terraform-provider-aws, pull request 38865 */
const NO_SNAPSHOT = /until at least one snapshot exists/i;

function passing(error: unknown): Exclude<Changing, { is: 'begun' }>['because'] | undefined {
  if (!(error instanceof Error)) return undefined;
  switch (error.name) {
    case 'ConflictException':
      return 'busy';
    case 'InsufficientCapacityException':
      return 'no capacity';
    case 'ValidationException':
      return NO_SNAPSHOT.test(error.message) ? 'no snapshot' : undefined;
    default:
      return undefined;
  }
}

function notChanged(place: Place, error: unknown): UpgradeError | undefined {
  const why = refusalOf(error);
  return why === undefined ? undefined : capacityNotChanged(place, why, error);
}

export function capacityNotChanged({ region, name }: Place, why: string, cause?: unknown): UpgradeError {
  return new UpgradeError(
    {
      code: ErrorCode.CapacityNotChanged,
      what: `Redshift did not change the workgroup ${name} in ${region}.`,
      why,
      next: 'Resolve the reason named here, or start a new execution that asks for less capacity (migration.rpu); then redrive.',
      redrive: 'yes',
      ids: { workgroup: name, region },
    },
    cause === undefined ? undefined : { cause },
  );
}
