/** Settings of a warm pool; the instances are the group's. Source: Amazon EC2 Auto Scaling API Reference, WarmPoolConfiguration */
export interface WarmPool {
  minSize: number;
  /** Instances in the group and in the pool together; the group's greatest size where it is left out. */
  maxPrepared?: number;
  isReusedOnScaleIn?: boolean;
  isPendingDelete?: boolean;
}

/**
 * How many instances a pool holds: what is prepared at most less what is desired, and at least its own least size.
 * Source: Amazon EC2 Auto Scaling User Guide, "Warm pools", maximum prepared capacity
 */
export function warmSize(pool: WarmPool | undefined, group: { max: number; desired: number }): number {
  if (pool === undefined || pool.isPendingDelete === true) return 0;
  return Math.max(pool.minSize, (pool.maxPrepared ?? group.max) - group.desired);
}
