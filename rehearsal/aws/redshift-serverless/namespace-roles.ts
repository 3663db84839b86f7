import { deterministicUuid } from '../../template/physical-names';
import type { VirtualClock } from '../../clock';
import { isRoleArn } from '../arns';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AssociatedRoles, solutionCopyRole } from '../redshift/associated-roles';
import { textsOf } from '../redshift/modify-roles';
import { AwsError, type ServiceCall } from '../service';
import type { Workgroup } from './workgroup';

/** A namespace has an id, which its ARN ends in. */
export function namespaceIdOf(workgroup: Workgroup): string {
  return deterministicUuid(`namespace/${workgroup.region}/${workgroup.namespaceName}`);
}

export function namespaceArnOf(workgroup: Workgroup): string {
  const [, partition, , region, account] = workgroup.arn.split(':');
  return `arn:${partition}:redshift-serverless:${region}:${account}:namespace/${namespaceIdOf(workgroup)}`;
}

/** The roles of a workgroup's namespace; that of the solution's COPY where the world says nothing else. */
export function rolesOf(workgroup: Workgroup): AssociatedRoles {
  const [, partition = '', , , account = ''] = workgroup.arn.split(':');
  workgroup.roles ??= new AssociatedRoles([solutionCopyRole(partition, account)]);
  return workgroup.roles;
}

/** Source: Redshift Serverless API Reference, Namespace; a role is a text, as the service's own answers show it. */
export function shownNamespace(workgroup: Workgroup): Record<string, unknown> {
  const roles = rolesOf(workgroup);
  return {
    namespaceName: workgroup.namespaceName,
    namespaceId: namespaceIdOf(workgroup),
    namespaceArn: namespaceArnOf(workgroup),
    status: roles.busy ? 'MODIFYING' : 'AVAILABLE',
    creationDate: new Date(workgroup.createdMs),
    iamRoles: roles.all.map(({ roleArn, applyStatus }) => `IamRole(applyStatus=${applyStatus}, iamRoleArn=${roleArn})`),
    ...(roles.defaultArn === undefined ? {} : { defaultIamRoleArn: roles.defaultArn }),
  };
}

/**
 * Gives a namespace another list of roles: the complete one, what is not in it is taken away.
 * Source: Redshift Serverless API Reference, UpdateNamespace. What it says to a list without the default role is not documented.
 *
 * @throws AwsError ConflictException while the namespace or its workgroup is changed, ValidationException
 */
export function updateNamespace(call: ServiceCall, workgroup: Workgroup, clock: VirtualClock): Record<string, unknown> {
  refuseOtherMembers(call, ['namespaceName', 'iamRoles', 'defaultIamRoleArn']);
  const { iamRoles, defaultIamRoleArn: byDefault } = call.input;
  if (iamRoles === undefined && byDefault === undefined) {
    throw notSimulated('redshift-serverless:UpdateNamespace that changes nothing');
  }
  const roles = rolesOf(workgroup);
  if (roles.busy || workgroup.busy === true) {
    throw new AwsError(
      'ConflictException',
      `There is an operation running on the namespace ${workgroup.namespaceName}. Try again when it has finished.`,
    );
  }
  const wanted = iamRoles === undefined ? roles.arns : textsOf(iamRoles);
  const wrong = wanted.find((arn) => !isRoleArn(arn));
  if (wrong !== undefined) throw invalid(`The IAM role ${wrong} is not a valid ARN.`);
  if (AssociatedRoles.areTooMany(wanted)) throw invalid('A namespace can have at most 50 IAM roles.');
  const kept = typeof byDefault === 'string' ? byDefault : roles.defaultArn;
  if (kept !== undefined && !wanted.includes(kept)) {
    throw invalid(`The default IAM role ${kept} must be one of the namespace's IAM roles.`);
  }
  if (kept !== undefined) roles.defaultArn = kept;
  roles.become(wanted, clock);
  return shownNamespace(workgroup);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
