import type { VirtualClock } from '../../clock';
import { isRoleArn } from '../arns';
import { refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall } from '../service';
import { AssociatedRoles } from './associated-roles';

/**
 * Adds roles to a cluster's, and takes roles away.
 * Source: Redshift API Reference, ModifyClusterIamRoles. That a second change has to wait for the first is not documented.
 *
 * @param status of the cluster
 */
export function modifyRoles(call: ServiceCall, roles: AssociatedRoles, status: string, clock: VirtualClock): void {
  refuseOtherMembers(call, ['ClusterIdentifier', 'AddIamRoles', 'RemoveIamRoles', 'DefaultIamRoleArn']);
  const { AddIamRoles: add, RemoveIamRoles: remove, DefaultIamRoleArn: byDefault } = call.input;
  if (status !== 'available' || roles.busy) {
    throw new AwsError(
      'InvalidClusterStateFault',
      'There is an operation running on the Cluster. Please try again later.',
    );
  }
  const removed = new Set(textsOf(remove));
  const wanted = [...roles.arns.filter((arn) => !removed.has(arn)), ...textsOf(add)];
  const wrong = [...textsOf(add), ...removed].find((arn) => !isRoleArn(arn));
  if (wrong !== undefined) {
    throw new AwsError('InvalidParameterValue', `The IAM role ${wrong} is not a valid ARN.`);
  }
  if (AssociatedRoles.areTooMany(wanted)) {
    throw new AwsError('InvalidParameterValue', 'A cluster can have at most 50 IAM roles associated with it.');
  }
  if (typeof byDefault === 'string') {
    if (!wanted.includes(byDefault)) {
      throw new AwsError(
        'InvalidParameterValue',
        `The default IAM role ${byDefault} is not associated with the cluster.`,
      );
    }
    roles.defaultArn = byDefault;
  }
  roles.become(wanted, clock);
}

export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
