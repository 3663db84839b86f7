import { Deliveries } from '../aws/events/deliveries';
import { EventTargets, kindOf } from '../aws/events/event-targets';
import type { EventBridge } from '../aws/events/events';
import type { Iam } from '../aws/iam/iam';
import { ResourcePolicies } from '../aws/iam/resource-policies';
import { AsyncInvocations } from '../aws/lambda/async-invocations';
import type { LambdaRuntime } from '../aws/lambda/runtime';
import { Topics } from '../aws/sns/topics';
import { Queues } from '../aws/sqs/queues';
import type { VirtualClock } from '../clock';
import type { StepFunctionsEngine } from '../engine';
import type { Deployment } from '../template/deployment';

export interface OwnEventsOptions {
  clock: VirtualClock;
  iam: Iam;
  engine: StepFunctionsEngine;
  /** Our own stacks, in whatever regions. */
  deployments: readonly Deployment[];
  /** Not there before the account is open. */
  bus: () => EventBridge;
  runtime: () => Pick<LambdaRuntime, 'invoke'>;
}

/** The event rules of our own stacks as synthesised, and where their events go. Without a rule it does nothing. */
export class OwnEvents {
  readonly queues: Queues;
  readonly topics: Topics;
  /** Functions that EventBridge has invoked. */
  readonly functions: AsyncInvocations;
  readonly deliveries: Deliveries;

  constructor(private readonly options: OwnEventsOptions) {
    const { clock, iam, engine, deployments, bus, runtime } = options;
    this.queues = new Queues(clock);
    this.topics = new Topics(clock);
    for (const { queues, topics } of deployments) {
      for (const { arn } of queues) this.queues.add(arn);
      for (const { arn } of topics) this.topics.add(arn);
    }
    const functions = deployments.flatMap((deployment) => deployment.functions);
    this.functions = new AsyncInvocations({ clock, iam, queues: this.queues, functions, runtime });
    const policies = new ResourcePolicies(
      iam,
      deployments.flatMap(({ resourcePolicies }) => resourcePolicies),
    );
    const { queues, topics } = this;
    const forward = (region: string, event: Parameters<EventBridge['arrive']>[1]): void => bus().arrive(region, event);
    const targets = new EventTargets({ iam, policies, engine, functions: this.functions, queues, topics, forward });
    this.deliveries = new Deliveries(clock, targets);
  }

  /** Puts our rules on the buses of their regions. */
  putRules(): void {
    for (const { eventRules } of this.options.deployments) {
      for (const { enabled, name, arn, targets, eventPattern, scheduleExpression } of eventRules) {
        for (const target of targets) kindOf(target.arn);
        const rule = {
          region: arn.split(':')[3] ?? '',
          name,
          arn,
          state: enabled ? ('ENABLED' as const) : ('DISABLED' as const),
          targets,
          ...(eventPattern === undefined ? {} : { eventPattern }),
          ...(scheduleExpression === undefined ? {} : { scheduleExpression }),
        };
        if (eventPattern === undefined) throw new Error(`The rehearsal does not simulate our own schedule ${name}`);
        this.options.bus().put(rule, (target, its, event) => {
          if (event !== undefined) this.deliveries.deliver(target, its, event);
        });
      }
    }
  }
}
