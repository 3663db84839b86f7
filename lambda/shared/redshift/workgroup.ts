import { GetWorkgroupCommand, RedshiftServerlessClient } from '@aws-sdk/client-redshift-serverless';
import type { WarehouseRef } from '../plan/warehouse';
import { perRegion } from '../per-region';
import { guarded } from '../guard/guard';

const redshiftServerless = perRegion((region) => guarded(new RedshiftServerlessClient({ region })));

/** What a workgroup may do. */
export interface WorkgroupLimits {
  baseCapacityRpu: number | undefined;
  /**
   * Its limit on a query, `max_query_execution_time`, in seconds. A fresh workgroup has 14,400, which the documentation
   * does not say.
   */
  maxQueryExecutionSeconds: number | undefined;
}

/** Limits of a serverless warehouse; undefined for clusters, which have none by default. */
export async function workgroupLimits(warehouse: WarehouseRef): Promise<WorkgroupLimits | undefined> {
  if (warehouse.kind !== 'serverless') return undefined;
  const { workgroup } = await redshiftServerless(warehouse.region).send(
    new GetWorkgroupCommand({ workgroupName: warehouse.name }),
  );
  const parameters = workgroup?.configParameters ?? [];
  const value = parameters.find(({ parameterKey: key }) => key === 'max_query_execution_time')?.parameterValue;
  return {
    baseCapacityRpu: workgroup?.baseCapacity,
    maxQueryExecutionSeconds: value === undefined ? undefined : Number(value),
  };
}

/** The workgroup's limit on a query alone. */
export async function maxQueryExecutionSeconds(warehouse: WarehouseRef): Promise<number | undefined> {
  return (await workgroupLimits(warehouse))?.maxQueryExecutionSeconds;
}
