import { text } from '../../input';
import { regionalArn } from '../../arns';
import type { ServiceCall } from '../../service';
import { on, passRoles, type ActionRule, type ActionTable } from './action';

/** Source: Service Authorization Reference, "Amazon Redshift Serverless". */
export const redshiftServerlessActions: ActionTable = {
  GetWorkgroup: onWorkgroup,
  UpdateWorkgroup: onWorkgroup,
  GetNamespace: onNamespace,
  // Whether IAM asks for the roles that the namespace has already is documented nowhere, and a condition on the service was seen
  // to fail: the strictest is assumed. Source: awslabs/clickstream-analytics-on-aws, pull request 749
  UpdateNamespace: (call, directory) => [...onNamespace(call, directory), ...passRoles(call.input['iamRoles'])],
  ListRecoveryPoints: on((call) => arn(call, 'recoverypoint/*')),
  GetSnapshot: on((call) => arn(call, 'snapshot/*')),
  // Namespaces and snapshots have ids that the caller does not name.
  CreateSnapshot: (call) =>
    ['namespace/*', 'snapshot/*'].map((resource) => ({
      action: 'redshift-serverless:CreateSnapshot',
      resource: arn(call, resource),
    })),
};

function onWorkgroup(...[call, directory]: Parameters<ActionRule>): ReturnType<ActionRule> {
  const name = text(call, 'workgroupName');
  const resource = directory.workgroupArn?.(call.region, name) ?? arn(call, `workgroup/${name}`);
  return [{ action: `redshift-serverless:${call.operation}`, resource }];
}

/** A namespace's ARN ends in its id: where nobody knows it, in one that no policy names. */
function onNamespace(...[call, directory]: Parameters<ActionRule>): ReturnType<ActionRule> {
  const resource = directory.namespaceArn?.(call.region, text(call, 'namespaceName')) ?? arn(call, 'namespace/*');
  return [{ action: `redshift-serverless:${call.operation}`, resource }];
}

function arn({ region, caller }: ServiceCall, resource: string): string {
  return regionalArn('redshift-serverless', region, caller.accountId, resource);
}
