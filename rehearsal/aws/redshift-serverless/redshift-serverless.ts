import type { VirtualClock } from '../../clock';
import { text } from '../input';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall, type SimulatedService } from '../service';
import { NamespaceBackups } from './namespace-backups';
import { namespaceArnOf, rolesOf, shownNamespace, updateNamespace } from './namespace-roles';
import { changeOf } from './update-workgroup';
import { shownWorkgroup, type Workgroup } from './workgroup';

export type { PriceTarget, Workgroup } from './workgroup';

/**
 * The part of the Amazon Redshift Serverless API that capacity, backups and IAM roles need. Workgroups have one namespace each, as
 * Redshift wants it. A change takes minutes of the rehearsal's clock, shows when they are over, and admits no other meanwhile.
 * Source: Amazon Redshift Serverless API Reference
 */
export class RedshiftServerless implements SimulatedService {
  readonly signingName = 'redshift-serverless';
  private readonly workgroups: Workgroup[] = [];
  private readonly backups = new NamespaceBackups();

  /** @param clock without it workgroups are only read */
  constructor(private readonly clock?: VirtualClock) {}

  /** Adds a workgroup. Throws when the region has one of that name. */
  add(workgroup: Workgroup): void {
    if (this.find(workgroup.region, workgroup.name) !== undefined) {
      throw new Error(`There is a workgroup ${workgroup.name} in ${workgroup.region} already`);
    }
    this.workgroups.push(workgroup);
  }

  /** Every workgroup of every region. */
  get all(): readonly Workgroup[] {
    return this.workgroups;
  }

  find(region: string, name: string): Workgroup | undefined {
    return this.workgroups.find((workgroup) => workgroup.region === region && workgroup.name === name);
  }

  /** The workgroup that stands for a namespace. */
  findNamespace(region: string, name: string): Workgroup | undefined {
    return this.workgroups.find((workgroup) => workgroup.region === region && workgroup.namespaceName === name);
  }

  /** For IAM: `ResourceDirectory.namespaceArn`. */
  namespaceArn(region: string, name: string): string | undefined {
    const found = this.findNamespace(region, name);
    return found === undefined ? undefined : namespaceArnOf(found);
  }

  /** ARNs of the roles that are associated with a namespace. */
  rolesOfNamespace(region: string, name: string): readonly string[] {
    const found = this.findNamespace(region, name);
    return found === undefined ? [] : rolesOf(found).arns;
  }

  handle(call: ServiceCall): Promise<Record<string, unknown>> {
    return new Promise((resolve) => resolve(this.answer(call)));
  }

  private answer(call: ServiceCall): Record<string, unknown> {
    switch (call.operation) {
      case 'GetWorkgroup':
        refuseOtherMembers(call, ['workgroupName']);
        return { workgroup: shownWorkgroup(this.workgroup(call)) };
      case 'UpdateWorkgroup':
        return { workgroup: this.update(call, this.time(call)) };
      case 'GetNamespace':
        refuseOtherMembers(call, ['namespaceName']);
        return { namespace: shownNamespace(this.namespace(call)) };
      case 'UpdateNamespace':
        return { namespace: updateNamespace(call, this.namespace(call), this.time(call)) };
      case 'ListRecoveryPoints':
        return this.backups.listRecoveryPoints(call, this.namespace(call), this.time(call).now());
      case 'CreateSnapshot':
        this.namespace(call);
        return this.backups.createSnapshot(call, this.time(call).now());
      case 'GetSnapshot':
        return this.backups.getSnapshot(call, this.time(call).now());
      default:
        throw notSimulated(`redshift-serverless:${call.operation}`);
    }
  }

  private update(call: ServiceCall, clock: VirtualClock): Record<string, unknown> {
    const workgroup = this.workgroup(call);
    const now = clock.now();
    if (workgroup.busy === true || rolesOf(workgroup).busy) {
      throw new AwsError(
        'ConflictException',
        `There is an operation running on the workgroup ${workgroup.name}. Try again when it has finished.`,
      );
    }
    const { apply, takesMs } = changeOf(call, workgroup, this.backups.hasBackup(workgroup, now));
    workgroup.busy = true;
    clock.at(now + takesMs, () => {
      apply();
      workgroup.busy = false;
    });
    return shownWorkgroup(workgroup);
  }

  private workgroup(call: ServiceCall): Workgroup {
    const name = text(call, 'workgroupName');
    return this.find(call.region, name) ?? missing('workgroup', name);
  }

  private namespace(call: ServiceCall): Workgroup {
    const name = text(call, 'namespaceName');
    return this.findNamespace(call.region, name) ?? missing('namespace', name);
  }

  private time({ operation }: ServiceCall): VirtualClock {
    if (this.clock === undefined) throw notSimulated(`redshift-serverless:${operation} without a clock`);
    return this.clock;
  }
}

function missing(kind: string, name: string): never {
  throw new AwsError('ResourceNotFoundException', `The ${kind} ${name} does not exist.`, 400, { resourceName: name });
}
