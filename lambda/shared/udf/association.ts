import { DescribeClustersCommand, ModifyClusterIamRolesCommand, RedshiftClient } from '@aws-sdk/client-redshift';
import {
  GetNamespaceCommand,
  GetWorkgroupCommand,
  RedshiftServerlessClient,
  UpdateNamespaceCommand,
} from '@aws-sdk/client-redshift-serverless';
import { isAwsError } from '../aws-errors';
import { guarded } from '../guard/guard';
import { perRegion } from '../per-region';
import type { WarehouseRef } from '../plan/warehouse';

/** A role as it is associated with a warehouse. */
export interface AssociatedRole {
  arn: string;
  /** `in-sync`: statements may name it. */
  status: string;
}

export interface Association {
  roles: AssociatedRole[];
  /** Another change is under way, or the warehouse is not available: it admits none now. */
  busy: boolean;
}

const redshift = perRegion((region) => guarded(new RedshiftClient({ region })));
const redshiftServerless = perRegion((region) => guarded(new RedshiftServerlessClient({ region })));

/**
 * Makes sure that a role is associated with a warehouse; one pass of it. All other roles keep their places, and so does the
 * default one, which is the solution's or the customer's. Not to be called while a stack that manages the roles is updated.
 * Source: Redshift Management Guide, authorizing COPY, UNLOAD, CREATE EXTERNAL FUNCTION
 *
 * @returns whether statements may name it; if not, what is waited for
 */
export async function associate(
  warehouse: WarehouseRef,
  roleArn: string,
): Promise<{ ready: true } | { ready: false; waitsFor: string }> {
  const place = warehouse.kind === 'serverless' ? await namespaceOf(warehouse) : await clusterOf(warehouse);
  const action = decideAssociation(place.association, roleArn);
  switch (action) {
    case 'done':
      return { ready: true };
    case 'wait':
      return { ready: false, waitsFor: `${place.what} is being changed` };
    case 'associate': {
      const begun = await place.add(roleArn).then(
        () => true,
        (error: unknown) => {
          if (isAwsError(error, 'ConflictException', 'InvalidClusterStateFault')) return false;
          throw error;
        },
      );
      const waitsFor = begun ? `the role is being associated with ${place.what}` : `${place.what} is being changed`;
      return { ready: false, waitsFor };
    }
  }
}

/** Pure. */
export function decideAssociation({ roles, busy }: Association, roleArn: string): 'done' | 'wait' | 'associate' {
  const known = roles.find(({ arn }) => arn === roleArn);
  if (known?.status === 'in-sync') return 'done';
  // One that is being removed comes back only once it is gone.
  return known !== undefined || busy ? 'wait' : 'associate';
}

interface Place {
  what: string;
  association: Association;
  add(roleArn: string): Promise<unknown>;
}

async function namespaceOf({ region, name }: WarehouseRef): Promise<Place> {
  const client = redshiftServerless(region);
  const { workgroup } = await client.send(new GetWorkgroupCommand({ workgroupName: name }));
  const namespaceName = workgroup?.namespaceName;
  const { namespace } = await client.send(new GetNamespaceCommand({ namespaceName }));
  const roles = (namespace?.iamRoles ?? []).map(readRole);
  const busy = namespace?.status !== 'AVAILABLE' || workgroup?.status !== 'AVAILABLE';
  return {
    what: `namespace ${String(namespaceName)}`,
    association: { roles, busy },
    // The whole list: a role that is left out loses its association. Source: API Reference, UpdateNamespace
    add: (roleArn) =>
      client.send(new UpdateNamespaceCommand({ namespaceName, iamRoles: [...roles.map(({ arn }) => arn), roleArn] })),
  };
}

/** GetNamespace shows `IamRole(applyStatus=in-sync, iamRoleArn=arn:…)`. Observed; AWS documents a list of strings. */
export function readRole(text: string): AssociatedRole {
  const arn = /arn:[^,)\s]+/.exec(text)?.[0] ?? text;
  return { arn, status: /applyStatus=([\w-]+)/.exec(text)?.[1] ?? 'in-sync' };
}

async function clusterOf({ region, name }: WarehouseRef): Promise<Place> {
  const client = redshift(region);
  const { Clusters: clusters } = await client.send(new DescribeClustersCommand({ ClusterIdentifier: name }));
  const cluster = clusters?.[0];
  const roles = (cluster?.IamRoles ?? []).map(({ IamRoleArn: arn = '', ApplyStatus: status = '' }) => ({
    arn,
    status,
  }));
  return {
    what: `cluster ${name}`,
    association: { roles, busy: cluster?.ClusterStatus !== 'available' },
    add: (roleArn) =>
      client.send(new ModifyClusterIamRolesCommand({ ClusterIdentifier: name, AddIamRoles: [roleArn] })),
  };
}
