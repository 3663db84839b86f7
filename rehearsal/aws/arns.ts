/** ARNs as AWS builds them, in whatever partition the region is. */

/** Source: AWS General Reference, "Amazon Resource Names (ARNs)": partitions by region. */
export function partitionOf(region: string): string {
  return region.startsWith('cn-') ? 'aws-cn' : 'aws';
}

/** An ARN of a regional resource. */
export function regionalArn(service: string, region: string, accountId: string, resource: string): string {
  return `arn:${partitionOf(region)}:${service}:${region}:${accountId}:${resource}`;
}

export interface RoleArnParts {
  partition: string;
  accountId: string;
  /** Without the path. */
  roleName: string;
}

/** @throws Error when it is not the ARN of an IAM role */
export function parseRoleArn(roleArn: string): RoleArnParts {
  const [, partition, accountId, path] = /^arn:([\w-]+):iam::(\d{12}):role\/(.+)$/.exec(roleArn) ?? [];
  if (partition === undefined || accountId === undefined || path === undefined) {
    throw new Error(`Not the ARN of an IAM role: ${roleArn}`);
  }
  return { partition, accountId, roleName: path.slice(path.lastIndexOf('/') + 1) };
}

export function isRoleArn(text: string): boolean {
  return /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(text);
}

/**
 * The principal that AWS names in messages and in GetCallerIdentity: role name without its path.
 * Source: IAM User Guide, "IAM identifiers", assumed-role session principals.
 */
export function sessionArn(roleArn: string, sessionName: string): string {
  const { partition, accountId, roleName } = parseRoleArn(roleArn);
  return `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/${sessionName}`;
}
