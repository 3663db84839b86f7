import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import { Converge } from '../converge';

/** Metrics of the dashboards, by the solution's own workflow. */
export function recalculateMetrics(scope: Construct, steps: UpgradeSteps): Converge {
  return new Converge(scope, 'RecalculateMetrics', {
    step: steps.recalculateMetrics,
    task: 'Recalculate metrics',
    question: 'Are the metrics recalculated?',
    wait: 'Wait for the metrics',
    comment: 'Runs the refresh workflow of the solution; done when its rows show that it really recalculated.',
    mayTakeAgain: true,
  });
}
