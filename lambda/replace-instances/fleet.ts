import type { WarmPoolState } from '@aws-sdk/client-auto-scaling';

/** An ingestion fleet on Amazon EC2, as a pass has seen it. */
export interface Fleet {
  cluster: string;
  /** ARN of the service. */
  service: string;
  group: {
    name: string;
    min: number;
    max: number;
    desired: number;
    /** Undefined while the group launches from a launch configuration. */
    template: { id: string; version: string | undefined } | undefined;
  };
  /** In the group, those leaving it and those in standby left out. */
  instances: readonly Instance[];
  standby: number;
  warmPool: WarmPool | undefined;
  tasks: {
    desired: number;
    /** Running, healthy in every target group, and not being stopped. */
    serving: number;
    /** A deployment beside the primary one. */
    deploying: boolean;
    /** What the service says of itself, newest first. */
    events: readonly string[];
  };
  /** Undefined where nothing scales the service. */
  scaling: Scaling | undefined;
}

export interface Instance {
  id: string;
  /** `InService`, or on its way there. */
  inService: boolean;
  /** Not from the group's launch template; with `refresh`, of another version of it as well. */
  old: boolean;
  /** From the group's launch template, of another version. */
  otherVersion: boolean;
  /** What ECS knows it as; undefined before its agent has registered it. */
  host: Host | undefined;
}

export interface Host {
  arn: string;
  status: 'ACTIVE' | 'DRAINING';
  agentConnected: boolean;
  /** Of whatever state, those being stopped included. */
  tasks: number;
  serving: number;
}

export interface WarmPool {
  settings: WarmPoolSettings;
  /** It is being deleted. */
  leaving: boolean;
  instances: number;
  old: number;
}

/** What makes a warm pool anew. */
export interface WarmPoolSettings {
  minSize: number;
  maxPrepared?: number | undefined;
  state?: WarmPoolState | undefined;
  reuseOnScaleIn?: boolean | undefined;
}

/** A scalable target of Application Auto Scaling. */
export interface Scaling {
  max: number;
  suspended: Suspension;
}

export interface Suspension {
  in: boolean;
  out: boolean;
  scheduled: boolean;
}

/** How an instance names what it was launched from. */
export interface LaunchedFrom {
  LaunchTemplate?: { LaunchTemplateId?: string | undefined; Version?: string | undefined } | undefined;
}

/**
 * Positive: new is what names the group's own template. An instance whose launch configuration was deleted names nothing at
 * all, and CloudFormation deletes it at the end of the very update. Source: Amazon EC2 Auto Scaling API Reference, Instance;
 * ansible/ansible#54692
 */
export function isOfTemplate({ LaunchTemplate: template }: LaunchedFrom, { group }: Pick<Fleet, 'group'>): boolean {
  return group.template !== undefined && template?.LaunchTemplateId === group.template.id;
}

/** Versions are compared only where the group names one by its number: `$Latest` and `$Default` say nothing here. */
export function isOfOtherVersion(instance: LaunchedFrom, { group }: Pick<Fleet, 'group'>): boolean {
  const version = group.template?.version;
  if (version === undefined || !/^\d+$/.test(version) || !isOfTemplate(instance, { group })) return false;
  return instance.LaunchTemplate?.Version !== version;
}

/** The service's id with Application Auto Scaling: `service/<cluster>/<name>`. */
export function scalableId({ cluster, service }: Pick<Fleet, 'cluster' | 'service'>): string {
  return `service/${cluster}/${service.slice(service.lastIndexOf('/') + 1)}`;
}
