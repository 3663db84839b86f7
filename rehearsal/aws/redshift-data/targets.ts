import type { ProcedureCall } from '../../warehouse/postgres/call-text';
import type { Warehouse } from '../../warehouse/warehouse';
import { AwsError, type Caller } from '../service';

/** Plain SQL on the warehouse as superuser, for proofs. */
export interface EvidenceSource {
  inspect(database: string, sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

/** A warehouse that judges calls by itself, because there is no SQL to be asked of it. */
export interface CallJudge {
  /** What shows that the call has nothing to do, or undefined. */
  evidenceAgainst(database: string, call: ProcedureCall): Promise<string | undefined>;
}

/** A warehouse that the Data API of a region knows. */
export interface Target {
  region: string;
  accountId: string;
  kind: 'workgroup' | 'cluster';
  /** Workgroup name or cluster identifier. */
  name: string;
  warehouse: Warehouse;
  /** Lets the journal tell whether a call was needed; without it only overlapping calls are recognised. */
  evidence?: EvidenceSource | CallJudge;
}

/** The members of a request that say where it goes and as whom. */
export interface Address {
  workgroupName?: string | undefined;
  clusterIdentifier?: string | undefined;
  dbUser?: string | undefined;
  secretArn?: string | undefined;
}

/** Who runs the statement, where. */
export interface Destination {
  target: Target;
  dbUser: string;
}

/** The warehouses and secrets that requests may name. */
export class Targets {
  private readonly targets: Target[] = [];
  private readonly secretUsers = new Map<string, string>();

  add(target: Target): void {
    this.targets.push(target);
  }

  /** A Secrets Manager secret with the user name of a database user. */
  addSecret(secretArn: string, dbUser: string): void {
    this.secretUsers.set(secretArn, dbUser);
  }

  /**
   * Where a request goes and as which database user it runs there: the secret's user; the role's own user
   * `IAMR:<role>` on a workgroup, or on a cluster when no DbUser is given; else DbUser.
   * Source: Redshift Management Guide, "Authorizing access to the Data API"; Redshift Data API reference, ExecuteStatement.
   *
   * @throws AwsError ValidationException when the request names no warehouse, two, or one that does not exist
   */
  resolve(address: Address, region: string, caller: Caller): Destination {
    const { workgroupName, clusterIdentifier, dbUser, secretArn } = address;
    if ((workgroupName === undefined) === (clusterIdentifier === undefined)) {
      throw invalid('Specify either ClusterIdentifier or WorkgroupName.');
    }
    if (dbUser !== undefined && secretArn !== undefined) throw invalid('Specify either DbUser or SecretArn, not both.');
    if (dbUser !== undefined && workgroupName !== undefined) {
      throw invalid('DbUser is not supported with WorkgroupName.');
    }
    const kind = workgroupName === undefined ? 'cluster' : 'workgroup';
    const name = workgroupName ?? clusterIdentifier;
    const target = this.targets.find(
      (known) =>
        known.region === region && known.accountId === caller.accountId && known.kind === kind && known.name === name,
    );
    if (target === undefined) throw invalid("Redshift endpoint doesn't exist in this region.");
    return { target, dbUser: dbUser ?? this.userOf(secretArn) ?? `IAMR:${roleName(caller.roleArn)}` };
  }

  private userOf(secretArn: string | undefined): string | undefined {
    if (secretArn === undefined) return undefined;
    const user = this.secretUsers.get(secretArn);
    if (user === undefined) throw invalid("Secrets Manager can't find the specified secret.");
    return user;
  }
}

/** ValidationException, as the Data API answers every request it does not accept. */
export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message, 400, { Message: message });
}

function roleName(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}
