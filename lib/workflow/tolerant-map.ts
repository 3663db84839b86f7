import type { IBucket } from 'aws-cdk-lib/aws-s3';
import {
  DistributedMap,
  ProvideItems,
  ResultWriterV2,
  StateMachineType,
  type IChainable,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { RESULTS_PREFIX } from '../plan-bucket';
import { AFTER_MAP, CHILD_CONTEXT, jsonata } from './context';

export interface TolerantMapProps {
  stateName: string;
  comment: string;
  /** Part of the children's ARNs, and of the results' keys. */
  label: string;
  maxConcurrency: number;
  bucket: IBucket;
  child: IChainable;
}

/**
 * A Distributed Map over the context's `items` whose children do not stop each other: all of them may fail, and the
 * Map succeeds. The judge after it decides. Children are Standard executions, each with a history of its own.
 */
export function tolerantMap(scope: Construct, id: string, props: TolerantMapProps): DistributedMap {
  return DistributedMap.jsonata(scope, id, {
    stateName: props.stateName,
    comment: props.comment,
    label: props.label,
    mapExecutionType: StateMachineType.STANDARD,
    items: ProvideItems.jsonata(jsonata('$states.input.items')),
    itemSelector: CHILD_CONTEXT,
    maxConcurrency: props.maxConcurrency,
    toleratedFailurePercentage: 100,
    // Needs the feature flag useDistributedMapResultWriterV2, without which it is dropped silently.
    resultWriterV2: new ResultWriterV2({ bucket: props.bucket, prefix: `${RESULTS_PREFIX}/${props.label}` }),
    outputs: AFTER_MAP,
  }).itemProcessor(props.child);
}
