import type { StackEvent } from './event';
import type { Outcome } from './start';

/** Namespace of the metrics in CloudWatch. */
export const METRIC_NAMESPACE = 'ClickstreamUpgrade';

/**
 * What CloudWatch makes metrics of when it stands in a log line: how many events started something, and how many were
 * ignored for what reason. Source: CloudWatch User Guide, Embedded Metric Format specification
 */
export function metricsOf(outcome: Outcome, event: StackEvent): Record<string, unknown> {
  const reason = outcome.outcome === 'ignored' ? outcome.because : outcome.outcome;
  return {
    reason,
    StackEvents: 1,
    _aws: {
      // Events are told within minutes; the Lambda reads no clock.
      Timestamp: Date.parse(event.time),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [['service', 'reason']],
          Metrics: [{ Name: 'StackEvents', Unit: 'Count' }],
        },
      ],
    },
  };
}
