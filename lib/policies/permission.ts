/** What a role may do, and why a resource in it is not named more closely. */
export interface Permission {
  actions: string[];
  resources: string[];
  /** Reason for each resource with a wildcard. */
  wildcards?: string;
  /** Condition operator → key → values. */
  conditions?: Record<string, Record<string, string | string[]>>;
}
