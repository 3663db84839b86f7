import { regionalArn } from '../../aws/arns';
import type { Iam } from '../../aws/iam/iam';
import { rolesOfCluster, type Redshift } from '../../aws/redshift/redshift';
import type { AssociatedRoles } from '../../aws/redshift/associated-roles';
import { rolesOf } from '../../aws/redshift-serverless/namespace-roles';
import type { RedshiftServerless } from '../../aws/redshift-serverless/redshift-serverless';

/** The Lambda and the role that an external function names. */
export interface LambdaTarget {
  lambdaName: string;
  /** `default` for the warehouse's default role. */
  roleArn: string;
}

/** Whether a call can be made at the moment. */
export interface GateAnswer {
  /** Why not, as the error's context says it; undefined where it can. */
  refusal: string | undefined;
  /** Virtual epoch milliseconds until which the Lambda is throttled; 0 for one that is not. */
  throttledUntilMs: number;
}

/** What stands between a warehouse and the Lambdas that its external functions call. */
export interface LambdaUdfGate {
  ask(target: LambdaTarget): GateAnswer | Promise<GateAnswer>;
  /** Called back when answers may have become others in the middle of a statement; the returned function ends it. */
  onChange(listener: () => Promise<void>): () => void;
}

/** A workgroup or a cluster. */
export interface WarehouseName {
  region: string;
  accountId: string;
  kind: 'workgroup' | 'cluster';
  name: string;
}

export interface UdfAccount {
  iam: Iam;
  clusters: Redshift;
  workgroups: RedshiftServerless;
  lambdaExists: (name: string, region: string) => boolean;
}

/**
 * The account's answer, asked anew at each statement, in the order in which Redshift would find out: the role is associated
 * and in sync, Redshift may assume it, it may invoke the function, the function is in the warehouse's region.
 *
 * An account has one: `warehouse.externalFunctions = udf.of({ region, accountId, kind, name })` for each of its warehouses,
 * and `throttle` as a fault.
 */
export class LambdaUdfs {
  private readonly throttled = new Map<string, number>();
  private readonly listeners = new Set<() => Promise<void>>();

  constructor(private readonly account: UdfAccount) {}

  /** The gate of one warehouse. */
  of(warehouse: WarehouseName): LambdaUdfGate {
    return {
      ask: async (target) => ({
        refusal: await this.refusalOf(warehouse, target),
        throttledUntilMs: this.throttled.get(target.lambdaName) ?? 0,
      }),
      onChange: (listener) => {
        this.listeners.add(listener);
        return () => void this.listeners.delete(listener);
      },
    };
  }

  /**
   * Plants a fault: every call of the function meets TooManyRequestsException until then. Calls whose RETRY_TIMEOUT ends before
   * that fail, others last as long. Resolves when running statements know of it.
   */
  async throttle(lambdaName: string, untilMs: number): Promise<void> {
    this.throttled.set(lambdaName, untilMs);
    await this.changed();
  }

  /** Tells running statements that roles, permissions or functions have changed; new statements ask by themselves. */
  async changed(): Promise<void> {
    await Promise.all([...this.listeners].map((listener) => listener()));
  }

  private async refusalOf(
    warehouse: WarehouseName,
    { lambdaName, roleArn }: LambdaTarget,
  ): Promise<string | undefined> {
    const { iam, lambdaExists } = this.account;
    const { region, accountId } = warehouse;
    const roles = this.rolesOf(warehouse);
    const arn = roleArn === 'default' ? roles?.defaultArn : roleArn;
    if (arn === undefined) return 'There is no default IAM role. Set one, or name the role in the function.';
    if (roles?.isInSync(arn) !== true || !(await this.isAssumable(arn, warehouse.kind))) {
      return `User ${userArn(warehouse)} is not authorized to assume IAM Role ${arn}.`;
    }
    const resource = regionalArn('lambda', region, accountId, `function:${lambdaName}`);
    const request = { roleArn: arn, sessionName: SESSION, action: 'lambda:InvokeFunction', resource, region };
    const decision = await iam.authorize(request);
    if (!decision.allowed) return `AccessDeniedException: ${decision.message}`;
    if (!lambdaExists(lambdaName, region)) return `ResourceNotFoundException: Function not found: ${resource}`;
    return undefined;
  }

  private rolesOf({ region, accountId, kind, name }: WarehouseName): AssociatedRoles | undefined {
    if (kind === 'workgroup') {
      const workgroup = this.account.workgroups.find(region, name);
      return workgroup === undefined ? undefined : rolesOf(workgroup);
    }
    const cluster = this.account.clusters.findCluster(region, name);
    return cluster === undefined ? undefined : rolesOfCluster(cluster, accountId);
  }

  /** Serverless takes either principal: the solution's own role trusts the first only. */
  private async isAssumable(roleArn: string, kind: WarehouseName['kind']): Promise<boolean> {
    const { iam } = this.account;
    if (await iam.trustsService(roleArn, 'redshift.amazonaws.com')) return true;
    return kind === 'workgroup' && (await iam.trustsService(roleArn, 'redshift-serverless.amazonaws.com'));
  }
}

/** AWS documents no name of Redshift's session. */
const SESSION = 'RedshiftIamRoleSession';

function userArn({ region, accountId, kind, name }: WarehouseName): string {
  return kind === 'cluster'
    ? regionalArn('redshift', region, accountId, `dbuser:${name}/user`)
    : regionalArn('redshift', region, accountId, `dbuser:serverless-${accountId}-${name}/user`);
}
