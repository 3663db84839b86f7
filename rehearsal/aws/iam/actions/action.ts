import { isRoleArn } from '../../arns';
import type { ServiceCall } from '../../service';

/** One permission that a call needs. */
export interface RequiredAction {
  /** For example `dynamodb:PutItem`. */
  action: string;
  resource: string;
  context?: Record<string, string>;
}

/** What only the world of a rehearsal knows and IAM asks for. */
export interface ResourceDirectory {
  /** A workgroup's ARN ends in its id, not in its name. */
  workgroupArn?(region: string, workgroupName: string): string | undefined;
  /** A namespace's as well. */
  namespaceArn?(region: string, namespaceName: string): string | undefined;
  /** Name of the Auto Scaling group that an instance belongs to. */
  groupOfInstance?(region: string, instanceId: string): string | undefined;
  /** `aws:userid` of who submitted a Data API statement, for policies with `redshift-data:statement-owner-iam-userid`. */
  statementOwner?(region: string, statementId: string): string | undefined;
}

/** Every permission a call needs, all of which are demanded; none at all for calls open to everybody. */
export type ActionRule = (call: ServiceCall, directory: ResourceDirectory) => RequiredAction[];

/** Operation → rule. What is missing here is refused. */
export type ActionTable = Readonly<Record<string, ActionRule>>;

/** The rule of an operation whose permission has its own name and whose resource is `resource(call)`. */
export function on(resource: (call: ServiceCall) => string): ActionRule {
  return (call) => [{ action: `${call.service}:${call.operation}`, resource: resource(call) }];
}

/** The rule of an operation that knows no resource. */
export const onEverything: ActionRule = on(() => '*');

/**
 * Handing roles to a service is a permission of its own. What is no role's ARN is nobody's to pass: the service refuses it.
 * Source: IAM User Guide, id_roles_use_passrole
 *
 * @param service what IAM knows as `iam:PassedToService`, where it knows it
 */
export function passRoles(roleArns: unknown, service?: string): RequiredAction[] {
  return (Array.isArray(roleArns) ? roleArns : [])
    .map(String)
    .filter(isRoleArn)
    .map((resource) => ({
      action: 'iam:PassRole',
      resource,
      ...(service === undefined ? {} : { context: { 'iam:PassedToService': service } }),
    }));
}
