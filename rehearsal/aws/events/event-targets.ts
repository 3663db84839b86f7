import type { StepFunctionsEngine } from '../../engine';
import { deterministicUuid } from '../../template/physical-names';
import type { Iam } from '../iam/iam';
import type { ResourcePolicies } from '../iam/resource-policies';
import type { AsyncInvocations } from '../lambda/async-invocations';
import { AwsError } from '../service';
import type { Topics } from '../sns/topics';
import type { Queues } from '../sqs/queues';
import type { Json } from './pattern';
import type { BusEvent, EventRule, RuleTarget } from './rule';
import { TargetError } from './target-error';

export interface EventTargetsOptions {
  iam: Iam;
  policies: ResourcePolicies;
  engine: StepFunctionsEngine;
  functions: AsyncInvocations;
  queues: Queues;
  topics: Topics;
  /** Puts an event on the default bus of another region. */
  forward: (region: string, event: BusEvent) => void;
}

/** Who calls targets with a resource policy, and assumes the roles of the others. */
const EVENTBRIDGE = 'events.amazonaws.com';
const SESSION = 'eventbridge';

/**
 * The kinds of targets that our rules have, each asked for permission as EventBridge is: by the target's own policy, or by
 * the role that the rule names. Source: EventBridge User Guide, eb-use-resource-based
 */
export class EventTargets {
  constructor(private readonly options: EventTargetsOptions) {}

  /** @throws TargetError where the target does not take it; Error for a kind that is not simulated */
  async call(target: RuleTarget, rule: EventRule, event: BusEvent, payload: Json): Promise<void> {
    const { queues, topics, functions } = this.options;
    const body = JSON.stringify(payload);
    switch (kindOf(target.arn)) {
      case 'function':
        if (!functions.has(target.arn)) throw missing(target.arn);
        await this.demandByPolicy('lambda:InvokeFunction', target.arn, rule);
        functions.invoke(target.arn, payload);
        return;
      case 'machine':
        await this.demandByRole('states:StartExecution', target);
        this.startExecution(target, rule, event, body);
        return;
      case 'bus':
        await this.demandByRole('events:PutEvents', target);
        this.options.forward(target.arn.split(':')[3] ?? '', event);
        return;
      case 'topic':
        if (!topics.has(target.arn)) throw missing(target.arn);
        await this.demandByPolicy('sns:Publish', target.arn, rule);
        topics.publish(target.arn, body);
        return;
      case 'queue':
        if (!queues.has(target.arn)) throw missing(target.arn);
        await this.demandByPolicy('sqs:SendMessage', target.arn, rule);
        queues.send(target.arn, body);
    }
  }

  /** Whether the rule's target has a queue for it, and the queue takes it. */
  async deadLetter(
    target: RuleTarget,
    rule: EventRule,
    body: string,
    attributes: Record<string, string>,
  ): Promise<boolean> {
    const { deadLetterArn } = target;
    const { queues } = this.options;
    if (deadLetterArn === undefined || !queues.has(deadLetterArn)) return false;
    if (!(await this.allowedByPolicy('sqs:SendMessage', deadLetterArn, rule)).allowed) return false;
    queues.send(deadLetterArn, body, attributes);
    return true;
  }

  /** The execution is named after the event, so that a second delivery starts nothing. Source: aws-samples, as observed */
  private startExecution(target: RuleTarget, rule: EventRule, event: BusEvent, input: string): void {
    const name = `${event.id}_${deterministicUuid(`${rule.arn}/${target.id}`)}`;
    try {
      this.options.engine.startExecution({ stateMachineArn: target.arn, name, input });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.name === 'ExecutionAlreadyExists') throw new TargetError('RESOURCE_ALREADY_EXISTS', error.message);
      if (error.name === 'StateMachineDoesNotExist') throw missing(target.arn);
      throw new TargetError('INVALID_PARAMETER', error.message);
    }
  }

  private async demandByPolicy(action: string, resource: string, rule: EventRule): Promise<void> {
    const decision = await this.allowedByPolicy(action, resource, rule);
    if (!decision.allowed) throw new TargetError('NO_PERMISSIONS', decision.message);
  }

  private allowedByPolicy(
    action: string,
    resource: string,
    { arn }: EventRule,
  ): ReturnType<ResourcePolicies['allows']> {
    return this.options.policies.allows({ service: EVENTBRIDGE, action, resource, sourceArn: arn });
  }

  private async demandByRole(action: string, { arn, roleArn }: RuleTarget): Promise<void> {
    const { iam } = this.options;
    if (roleArn === undefined) throw new TargetError('NO_PERMISSIONS', `The target ${arn} has no role`);
    if (!(await iam.trustsService(roleArn, EVENTBRIDGE))) {
      throw new TargetError('NO_PERMISSIONS', `${EVENTBRIDGE} may not assume ${roleArn}`);
    }
    const decision = await iam.authorize({ roleArn, sessionName: SESSION, action, resource: arn });
    if (!decision.allowed) throw new TargetError('NO_PERMISSIONS', decision.message);
  }
}

type TargetKind = 'function' | 'machine' | 'bus' | 'topic' | 'queue';

/** @throws Error for a kind that is not simulated: a rule with such a target is not taken */
export function kindOf(arn: string): TargetKind {
  const [, , service = '', , , resource = ''] = arn.split(':');
  if (service === 'lambda' && resource === 'function') return 'function';
  if (service === 'states' && resource === 'stateMachine') return 'machine';
  if (service === 'events' && resource === 'event-bus/default') return 'bus';
  if (service === 'sns') return 'topic';
  if (service === 'sqs') return 'queue';
  throw new Error(`The rehearsal does not simulate the target ${arn} of a rule`);
}

function missing(arn: string): TargetError {
  return new TargetError('NO_RESOURCE', `There is no ${arn}`);
}
