import { Aws, Duration } from 'aws-cdk-lib';
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { environment } from '../../lambda/start/environment';
import { machineArn } from '../names';
import { startPermissions } from '../policies/start';
import { StepFunction } from '../step-function';
import { DeadLetters } from './dead-letters';
import { stackPattern } from './stack-pattern';
import type { TriggerOptions } from './trigger-options';

export interface TriggerProps {
  table: ITable;
  bucket: IBucket;
  options: TriggerOptions;
  /** Regions of pipelines beside this one; their events are forwarded to the bus of this one. */
  pipelineRegions: readonly string[];
}

/** An update of a watched stack calls the Lambda `start`, which starts the machine where that is due. */
export class Trigger extends Construct {
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, { table, bucket, options, pipelineRegions }: TriggerProps) {
    super(scope, id);
    this.deadLetters = new DeadLetters(this, 'DeadLetters');
    const { queue } = this.deadLetters;
    const start = new StepFunction<typeof environment>(this, 'start', {
      step: 'start',
      environment: {
        STATE_TABLE: table.tableName,
        PLAN_BUCKET: bucket.bucketName,
        MACHINE_ARN: machineArn(this),
        CONSOLE_STACK: options.consoleStack,
        EXECUTION_INPUT: JSON.stringify(options.input),
      },
      permissions: startPermissions(this, { table, bucket, consoleStack: options.consoleStack }),
    });
    start.function.configureAsyncInvoke({
      onFailure: new SqsDestination(queue),
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
    });
    new Rule(this, 'Rule', {
      description: 'Updates of the web console and of pipelines start an upgrade',
      eventPattern: stackPattern({
        consoleStack: options.consoleStack,
        pipelineRegions: options.pipelines === 'none' ? [] : [Aws.REGION, ...pipelineRegions],
      }),
      targets: [new LambdaFunction(start.function, { deadLetterQueue: queue })],
    });
  }
}
