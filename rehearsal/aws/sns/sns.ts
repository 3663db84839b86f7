import { text } from '../input';
import type { Iam, PolicyDocument } from '../iam/iam';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall, type SimulatedService } from '../service';
import type { Topics } from './topics';

/** Source: Amazon SNS API Reference, Publish */
const LARGEST_MESSAGE_BYTES = 256 * 1024;
const LONGEST_SUBJECT = 99;

/** Whoever publishes to an encrypted topic uses its key. Source: Amazon SNS Developer Guide, sns-key-management */
const KEY_ACTIONS = ['kms:GenerateDataKey', 'kms:Decrypt'];

export interface SnsOptions {
  topics: Topics;
  iam: Iam;
  /** The key that a topic is encrypted under. */
  keyOf: (topicArn: string) => { arn: string; policy: PolicyDocument } | undefined;
}

/** Publishing to topics. Source: Amazon SNS API Reference */
export class Sns implements SimulatedService {
  readonly signingName = 'sns';
  private published = 0;

  constructor(private readonly options: SnsOptions) {}

  async handle(call: ServiceCall): Promise<Record<string, unknown>> {
    if (call.operation !== 'Publish') throw notSimulated(`sns:${call.operation}`);
    refuseOtherMembers(call, ['TopicArn', 'Message', 'Subject']);
    const { topics } = this.options;
    const topicArn = text(call, 'TopicArn');
    const { Message: message, Subject: subject } = call.input;
    if (topicArn.split(':')[3] !== call.region) throw invalid('TopicArn');
    if (!topics.has(topicArn)) throw new AwsError('NotFoundException', 'Topic does not exist', 404);
    await this.demandKey(call, topicArn);
    if (typeof message !== 'string' || message === '') throw invalid('Empty message');
    if (Buffer.byteLength(message) > LARGEST_MESSAGE_BYTES) throw invalid('Message too long');
    if (subject !== undefined && !isSubject(subject)) throw invalid('Subject');
    topics.publish(topicArn, message, subject);
    this.published += 1;
    return { MessageId: `00000000-0000-4000-8000-${String(this.published).padStart(12, '0')}` };
  }

  private async demandKey({ caller, region }: ServiceCall, topicArn: string): Promise<void> {
    const key = this.options.keyOf(topicArn);
    if (key === undefined) return;
    const { arn: resource, policy: resourcePolicy } = key;
    const { roleArn, sessionName } = caller;
    for (const action of KEY_ACTIONS) {
      const decision = await this.options.iam.authorize({
        roleArn,
        sessionName,
        action,
        resource,
        region,
        resourcePolicy,
      });
      // Told by the same name as other denials, so that a run shows them.
      if (!decision.allowed) throw new AwsError('AccessDeniedException', decision.message);
    }
  }
}

/** ASCII, no line break, begins with a letter, a digit or a sign. */
function isSubject(subject: unknown): subject is string {
  return typeof subject === 'string' && subject.length <= LONGEST_SUBJECT && /^[\x21-\x7e][\x20-\x7e]*$/.test(subject);
}

function invalid(what: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid parameter: ${what}`);
}
