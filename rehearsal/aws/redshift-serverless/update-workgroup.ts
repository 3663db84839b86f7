import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall } from '../service';
import { isTargetOn, type PriceTarget, type Workgroup } from './workgroup';

/** Members of which one call may change one. Source: Redshift Serverless API Reference, UpdateWorkgroup */
const CONFIGURATIONS = ['baseCapacity', 'maxCapacity', 'pricePerformanceTarget', 'configParameters'] as const;
type Configuration = (typeof CONFIGURATIONS)[number];

/**
 * Time in MODIFYING. AWS documents none; the Terraform provider's acceptance tests take 5 to 14 minutes for creating,
 * changing and deleting a workgroup (hashicorp/terraform-provider-aws, pull request 35720).
 */
const MODIFYING_MS: Record<Configuration, number> = {
  baseCapacity: 4 * 60_000,
  maxCapacity: 90_000,
  pricePerformanceTarget: 3 * 60_000,
  configParameters: 60_000,
};

/** Source: Redshift Management Guide, serverless-capacity */
const LARGEST_MAX_RPU = 5_632;
const LEVELS = [1, 25, 50, 75, 100];
/** Source: Redshift Management Guide, serverless-usage-considerations */
const LONGEST_QUERY_SECONDS = 86_399;

const NO_SNAPSHOT =
  'Failed to update the RPU capacity for Serverless workgroup. Wait until at least one snapshot exists and retry.';

export interface Change {
  /** Makes it, in place. */
  apply: () => void;
  /** How long the workgroup is MODIFYING because of it. */
  takesMs: number;
}

/**
 * What one UpdateWorkgroup asks for.
 *
 * @param hasBackup the namespace has a recovery point or a snapshot
 * @throws AwsError ValidationException as Redshift refuses it
 */
export function changeOf(call: ServiceCall, workgroup: Workgroup, hasBackup: boolean): Change {
  refuseOtherMembers(call, ['workgroupName', ...CONFIGURATIONS]);
  const [asked, ...others] = CONFIGURATIONS.filter((member) => call.input[member] !== undefined);
  if (asked === undefined) throw notSimulated('redshift-serverless:UpdateWorkgroup that changes nothing');
  if (others.length > 0) {
    // Source: hashicorp/terraform-provider-aws, issue 28108; aws/aws-cli, issue 7507
    throw invalid(`Can't update multiple configurations at the same time for workgroup ${workgroup.name}.`);
  }
  const change = CHANGES[asked](workgroup, call.input[asked]);
  // Source: hashicorp/terraform-provider-aws, pull request 38865
  if (asked !== 'configParameters' && !hasBackup) throw invalid(NO_SNAPSHOT);
  return { apply: change, takesMs: MODIFYING_MS[asked] };
}

const CHANGES: Record<Configuration, (workgroup: Workgroup, value: unknown) => () => void> = {
  baseCapacity: (workgroup, value) => {
    const rpu = Number(value);
    const { maxCapacityRpu: max } = workgroup;
    // Exclusive with the target. Source: hashicorp/terraform-provider-aws, issue 40915. The texts from here on are not documented.
    if (isTargetOn(workgroup))
      throw invalid('The base capacity cannot be set while the price-performance target is on.');
    if (!isBaseCapacity(rpu)) throw invalid(`The base capacity ${rpu} is not valid.`);
    // Source: hashicorp/terraform-provider-aws, issue 36030
    if (max !== undefined && rpu > max) throw invalid('The base capacity cannot be greater than the maximum capacity.');
    if (rpu === workgroup.baseCapacityRpu) throw notSimulated('a base capacity that the workgroup has already');
    return () => {
      workgroup.baseCapacityRpu = rpu;
    };
  },
  maxCapacity: (workgroup, value) => {
    const rpu = Number(value);
    if (rpu === -1) {
      // Not idempotent. Source: hashicorp/terraform-provider-aws, pull request 36032
      if (workgroup.maxCapacityRpu === undefined) throw invalid('The workgroup has no maximum capacity.');
      return () => {
        delete workgroup.maxCapacityRpu;
      };
    }
    if (!Number.isInteger(rpu) || rpu < 4 || rpu > LARGEST_MAX_RPU)
      throw invalid(`The maximum capacity ${rpu} is not valid.`);
    if (!isTargetOn(workgroup) && rpu < workgroup.baseCapacityRpu) {
      throw invalid('The maximum capacity cannot be less than the base capacity.');
    }
    if (rpu === workgroup.maxCapacityRpu) throw notSimulated('a maximum capacity that the workgroup has already');
    return () => {
      workgroup.maxCapacityRpu = rpu;
    };
  },
  pricePerformanceTarget: (workgroup, value) => {
    const { status, level = workgroup.pricePerformanceTarget?.level } = value as Partial<PriceTarget>;
    if (status === (workgroup.pricePerformanceTarget?.status ?? 'DISABLED')) {
      throw notSimulated(`a price-performance target that is ${status} already`);
    }
    if (status === 'DISABLED') {
      return () => {
        workgroup.pricePerformanceTarget = { status, level: 0 };
      };
    }
    // 0, as a disabled target reads, is no level. Source: hashicorp/terraform-provider-aws, issue 43164
    if (status !== 'ENABLED' || !LEVELS.includes(level ?? 0)) throw invalid(`The level ${String(level)} is not valid.`);
    return () => {
      workgroup.pricePerformanceTarget = { status, level: level ?? 0 };
    };
  },
  configParameters: (workgroup, value) => {
    const given = value as { parameterKey?: string; parameterValue?: string }[];
    for (const { parameterKey: key = '', parameterValue: text = '' } of given) checkParameter(workgroup, key, text);
    return () => {
      for (const { parameterKey: key = '', parameterValue: text = '' } of given) workgroup.parameters[key] = text;
    };
  },
};

/** 4, or 8 to 512 in steps of 8, or up to 1,024 in steps of 32. Source: Redshift Management Guide, serverless-capacity */
function isBaseCapacity(rpu: number): boolean {
  if (rpu === 4) return true;
  if (rpu >= 8 && rpu <= 512) return rpu % 8 === 0;
  return rpu > 512 && rpu <= 1_024 && rpu % 32 === 0;
}

function checkParameter(workgroup: Workgroup, key: string, value: string): void {
  if (key !== 'max_query_execution_time') throw notSimulated(`a change of the parameter ${key} of a workgroup`);
  // One or the other. Source: Redshift Management Guide, serverless workload management
  if (workgroup.parameters['wlm_json_configuration'] !== undefined) {
    throw invalid('max_query_execution_time and wlm_json_configuration cannot be used together.');
  }
  const seconds = Number(value);
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > LONGEST_QUERY_SECONDS) {
    throw invalid(`The value ${value} of max_query_execution_time is not valid.`);
  }
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
