/** One project's ingestion fleet, as its stack made it. */
export interface FleetDescription {
  projectId: string;
  region: string;
  accountId: string;
  clusterName: string;
  serviceName: string;
  /** Family and revision, for example `ingestion:1`. */
  taskDefinition: string;
  targetGroupArn: string;
  /** Servers: of the tasks, and with `ec2` of the instances as well. */
  min: number;
  max: number;
  desired: number;
  /** `stopTimeout` of the worker's container: how long it may take to write what it has buffered. */
  stopTimeoutSeconds: number;
  /** Tags that CloudFormation has handed on from the stack. */
  tags: Record<string, string>;
  /** Left out with Fargate. */
  ec2?: GroupDescription;
}

export interface GroupDescription {
  groupName: string;
  capacityProviderName: string;
  /** What the group launches from until the stack is updated. */
  launch: 'configuration' | 'template';
  launchConfigurationName: string;
  launchTemplateId: string;
  launchTemplateName: string;
  /** Instances kept stopped beside the group; with 0 there is a pool without any. */
  warmPoolSize: number;
}

/** What instances are launched from, and what they keep for their life. */
export type Launch =
  { kind: 'configuration'; name: string } | { kind: 'template'; id: string; name: string; version: number };

export function isSameLaunch(one: Launch, other: Launch): boolean {
  if (one.kind === 'configuration') return other.kind === 'configuration' && one.name === other.name;
  return other.kind === 'template' && one.id === other.id && one.version === other.version;
}

/** How a fleet misbehaves; changed at any time. */
export interface FleetTroubles {
  /** Tasks use up their whole stop time-out. */
  slowDrain: boolean;
  /** Tasks on instances launched from the group's present configuration or template never pass their health checks. */
  newTasksUnhealthy: boolean;
  /** Amazon EC2 has no capacity for further instances. */
  noCapacity: boolean;
}
