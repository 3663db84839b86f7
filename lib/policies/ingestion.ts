import type { Construct } from 'constructs';
import { anyRegion, GENERATED_NAMES } from './arns';
import type { Permission } from './permission';

/** Names of what CloudFormation makes for a pipeline begin with its stack's, after a role prefix where there is one. */
const STACKS = ['Clickstream-*', '*-Clickstream-*'] as const;

/** Beside what every step has: sees a pipeline's fleet, makes room in it, drains and terminates. */
export function replaceInstancesPermissions(scope: Construct): Permission[] {
  const named = (service: string, resource: string, rest = ''): string[] =>
    STACKS.map((stack) => anyRegion(scope, service, resource, `${stack}${rest}`, '/'));
  return [
    {
      actions: ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'],
      resources: named('cloudformation', 'stack', '/*'),
      wildcards: 'Stacks of pipelines begin so; their ARNs end in an id, and a project may be in any region.',
    },
    {
      actions: ['ecs:DescribeServices', 'ecs:UpdateService'],
      resources: named('ecs', 'service', '/*'),
      wildcards: GENERATED_NAMES,
    },
    {
      actions: ['ecs:ListContainerInstances'],
      resources: named('ecs', 'cluster'),
      wildcards: GENERATED_NAMES,
    },
    {
      actions: ['ecs:DescribeContainerInstances', 'ecs:UpdateContainerInstancesState', 'ecs:ListTasks'],
      resources: named('ecs', 'container-instance', '/*'),
      wildcards: GENERATED_NAMES,
    },
    {
      actions: ['ecs:DescribeTasks'],
      resources: named('ecs', 'task', '/*'),
      wildcards: GENERATED_NAMES,
    },
    {
      actions: [
        'autoscaling:UpdateAutoScalingGroup',
        'autoscaling:TerminateInstanceInAutoScalingGroup',
        'autoscaling:DeleteWarmPool',
        'autoscaling:PutWarmPool',
      ],
      resources: STACKS.map((stack) =>
        anyRegion(scope, 'autoscaling', 'autoScalingGroup', `*:autoScalingGroupName/${stack}`),
      ),
      wildcards: GENERATED_NAMES,
    },
    {
      actions: ['application-autoscaling:RegisterScalableTarget'],
      resources: [anyRegion(scope, 'application-autoscaling', 'scalable-target', '*', '/')],
      wildcards:
        'Ids of scalable targets are generated and cannot be asked for; bounded to desired counts of ECS services.',
      conditions: {
        StringEquals: {
          'application-autoscaling:service-namespace': 'ecs',
          'application-autoscaling:scalable-dimension': 'ecs:service:DesiredCount',
        },
      },
    },
    {
      actions: [
        'application-autoscaling:DescribeScalableTargets',
        'autoscaling:DescribeAutoScalingGroups',
        'autoscaling:DescribeWarmPool',
        'elasticloadbalancing:DescribeTargetHealth',
      ],
      resources: ['*'],
      wildcards: 'These actions have no resource to name. Source: Service Authorization Reference.',
    },
  ];
}
