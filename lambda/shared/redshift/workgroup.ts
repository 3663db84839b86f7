import { GetWorkgroupCommand, RedshiftServerlessClient } from '@aws-sdk/client-redshift-serverless';
import type { WarehouseRef } from '../plan/warehouse';

const clients = new Map<string, RedshiftServerlessClient>();

/**
 * The workgroup's limit on a query, `max_query_execution_time`, in seconds. A fresh workgroup has 14,400, which the
 * documentation does not say; clusters have no such default.
 */
export async function maxQueryExecutionSeconds(warehouse: WarehouseRef): Promise<number | undefined> {
  if (warehouse.kind !== 'serverless') return undefined;
  const client = clients.get(warehouse.region) ?? new RedshiftServerlessClient({ region: warehouse.region });
  clients.set(warehouse.region, client);
  const { workgroup } = await client.send(new GetWorkgroupCommand({ workgroupName: warehouse.name }));
  const parameters = workgroup?.configParameters ?? [];
  const value = parameters.find(({ parameterKey: key }) => key === 'max_query_execution_time')?.parameterValue;
  return value === undefined ? undefined : Number(value);
}
