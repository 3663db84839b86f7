import { text } from '../../input';
import { regionalArn } from '../../arns';
import type { ServiceCall } from '../../service';
import { on, passRoles, type ActionTable } from './action';

/** Source: Service Authorization Reference, "Amazon Redshift". */
export const redshiftActions: ActionTable = {
  DescribeClusters: on(clusterArn),
  DescribeClusterSnapshots: on(clusterArn),
  CreateClusterSnapshot: (call) => {
    const { region, caller } = call;
    const snapshot = `snapshot:${text(call, 'ClusterIdentifier')}/${text(call, 'SnapshotIdentifier')}`;
    return [clusterArn(call), regionalArn('redshift', region, caller.accountId, snapshot)].map((resource) => ({
      action: 'redshift:CreateClusterSnapshot',
      resource,
    }));
  },
  ModifyClusterIamRoles: (call) => [
    { action: 'redshift:ModifyClusterIamRoles', resource: clusterArn(call) },
    ...passRoles(call.input['AddIamRoles'], 'redshift.amazonaws.com'),
  ],
};

function clusterArn(call: ServiceCall): string {
  const name = text(call, 'ClusterIdentifier');
  return regionalArn('redshift', call.region, call.caller.accountId, `cluster:${name === '' ? '*' : name}`);
}
