import { ArnFormat, Aws, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus as Bus, Rule } from 'aws-cdk-lib/aws-events';
import { EventBus } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { DeadLetters } from './dead-letters';
import { stackPattern } from './stack-pattern';

export interface ForwardingStackProps extends StackProps {
  /** Region of the web console, where the trigger is. */
  mainRegion: string;
}

/** Sends updates of pipelines' stacks of one region to the default event bus of the web console's region. */
export class ForwardingStack extends Stack {
  constructor(scope: Construct, id: string, { mainRegion, ...props }: ForwardingStackProps) {
    super(scope, id, props);
    const deadLetters = new DeadLetters(this, 'DeadLetters');
    const busArn = this.formatArn({
      service: 'events',
      region: mainRegion,
      resource: 'event-bus',
      resourceName: 'default',
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
    new Rule(this, 'Rule', {
      description: `Updates of pipelines are told to ${mainRegion}`,
      eventPattern: stackPattern({ pipelineRegions: [Aws.REGION] }),
      targets: [new EventBus(Bus.fromEventBusArn(this, 'MainBus', busArn), { deadLetterQueue: deadLetters.queue })],
    });
  }
}
