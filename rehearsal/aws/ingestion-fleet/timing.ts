/** How long things take. Where AWS documents a number it is that one; the others are of the usual order. */

/** From the launch to InService and a registered container instance: boot of an ECS-optimised AMI. */
export const LAUNCH_MS = 120_000;
/** A stopped instance of a warm pool is started. */
export const START_WARM_MS = 30_000;
/** Auto Scaling tries again after a launch that failed. */
export const RELAUNCH_MS = 120_000;
/** From the end of the lifecycle hook until the instance is gone. */
export const TERMINATE_MS = 30_000;
/** The function behind the drain hook looks at the instance's tasks every few seconds. Source: aws-cdk, aws-ecs drain-hook */
export const HOOK_POLL_MS = 10_000;
/** Heartbeat of that hook; its default result is CONTINUE. Source: same */
export const HOOK_HEARTBEAT_MS = 300_000;

/** Images are pulled, containers started. */
export const TASK_START_MS = 40_000;
/** Health checks passed in the target group. */
export const TASK_HEALTHY_MS = 60_000;
/** Health checks failed for good: the service stops the task and starts another. */
export const TASK_UNHEALTHY_MS = 180_000;
/** Deregistration delay of a target group by default. Source: Elastic Load Balancing User Guide, target group attributes */
export const DEREGISTRATION_MS = 300_000;
/** A worker with little in its buffer. */
export const QUICK_STOP_MS = 15_000;
/** Stopped tasks are shown for at least an hour. Source: Amazon ECS API Reference, ListTasks */
export const STOPPED_SHOWN_MS = 3_600_000;

/** Managed scaling of a capacity provider looks once a minute. Source: Amazon ECS Developer Guide, cluster-auto-scaling */
export const MANAGED_SCALING_MS = 60_000;
/** And scales in after fifteen minutes of unused instances. Source: same */
export const MANAGED_SCALE_IN_MS = 900_000;

/** Target tracking: three data points out, fifteen in. Source: Application Auto Scaling User Guide, target tracking */
export const SCALE_OUT_MS = 180_000;
export const SCALE_IN_MS = 900_000;

/**
 * Old instances lose their role in the stack's clean-up, and what they need of it when the cached credentials end: an instance
 * profile's are valid for some six hours. Source: Amazon EC2 User Guide, instance metadata security credentials
 */
export const CREDENTIALS_MS = 6 * 3_600_000;
