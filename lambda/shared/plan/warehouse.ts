import * as z from 'zod';

/** A Redshift warehouse and the one identity under which statements are submitted, described and cancelled. */
export const warehouseRef = z.object({
  kind: z.enum(['serverless', 'provisioned']),
  region: z.string().min(1),
  /** Workgroup name or cluster identifier. */
  name: z.string().min(1),
  /** Role assumed for the Data API: the solution's own Data API role. */
  roleArn: z.string().min(1),
  /** Provisioned without a secret: the solution's database user. */
  dbUser: z.string().min(1).optional(),
  secretArn: z.string().min(1).optional(),
});
export type WarehouseRef = z.infer<typeof warehouseRef>;

/** `region/name`: what is locked, journaled and paid for as one. */
export function warehouseKey(warehouse: Pick<WarehouseRef, 'region' | 'name'>): string {
  return `${warehouse.region}/${warehouse.name}`;
}
