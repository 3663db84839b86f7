import type { VirtualClock } from '../../clock';

/** A role that the warehouse may assume, and how far its association is. */
export interface AssociatedRole {
  roleArn: string;
  applyStatus: 'in-sync' | 'adding' | 'removing';
}

/** Source: Redshift Management Guide, quotas: IAM roles that are associated with a cluster or a namespace */
const MOST_ROLES = 50;

/** AWS documents no duration; applying a change of roles is seen to take about a minute. */
const APPLYING_MS = 60_000;

/** The roles of one cluster or namespace. A change shows at once, and is in force when it has been applied. */
export class AssociatedRoles {
  private list: AssociatedRole[];
  private changing = false;

  constructor(
    initial: readonly string[],
    public defaultArn?: string,
  ) {
    this.list = initial.map((roleArn) => ({ roleArn, applyStatus: 'in-sync' }));
  }

  get all(): readonly AssociatedRole[] {
    return this.list;
  }

  /** A change is being applied. */
  get busy(): boolean {
    return this.changing;
  }

  /** ARNs of the roles that are there or will be. */
  get arns(): string[] {
    return this.list.filter(({ applyStatus }) => applyStatus !== 'removing').map(({ roleArn }) => roleArn);
  }

  isInSync(roleArn: string): boolean {
    return this.list.some((role) => role.roleArn === roleArn && role.applyStatus === 'in-sync');
  }

  /** Whether so many are too many. */
  static areTooMany(arns: readonly string[]): boolean {
    return new Set(arns).size > MOST_ROLES;
  }

  /** Makes exactly these the roles. */
  become(arns: readonly string[], clock: VirtualClock): void {
    const wanted = new Set(arns);
    const known = new Set(this.list.map(({ roleArn }) => roleArn));
    this.changing = true;
    this.list = [
      ...this.list.map((role): AssociatedRole =>
        wanted.has(role.roleArn) ? role : { ...role, applyStatus: 'removing' },
      ),
      ...[...wanted]
        .filter((arn) => !known.has(arn))
        .map((roleArn): AssociatedRole => ({ roleArn, applyStatus: 'adding' })),
    ];
    clock.at(clock.now() + APPLYING_MS, () => {
      this.list = this.arns.map((roleArn) => ({ roleArn, applyStatus: 'in-sync' }));
      this.changing = false;
    });
  }
}

/** What the solution associates with a warehouse that it loads: the role of its COPY, which is no role of ours. */
export function solutionCopyRole(partition: string, accountId: string): string {
  return `arn:${partition}:iam::${accountId}:role/ClickstreamRedshiftCopyRole`;
}
