import type { Construct } from 'constructs';
import type { StepFunction } from '../../step-function';
import { Converge } from '../converge';

/** The console refuses to upgrade a pipeline while an app lacks its reporting time zone, which is for ever. */
export function setTimezones(scope: Construct, step: StepFunction): Converge {
  return new Converge(scope, 'SetTimezones', {
    step,
    task: 'Set reporting time zones',
    question: 'Has every app its time zone?',
    wait: 'Wait for the time zones',
    comment: 'Done when the record of the pipeline in the console shows the planned time zone of every app.',
  });
}
