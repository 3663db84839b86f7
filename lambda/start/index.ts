import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { describeAwsError } from '../shared/aws-errors';
import { ErrorCode, UpgradeError } from '../shared/errors';
import { problemsOf } from '../shared/step';
import { environment as environmentSchema } from './environment';
import { stackEvent } from './event';
import { metricsOf } from './metrics';
import { start, type Outcome } from './start';

const logger = new Logger({ serviceName: 'start' });

/**
 * Called by EventBridge for stacks that are watched. A failure is thrown: Lambda calls twice more, then the event lies in
 * the dead-letter queue, from where it can be sent again.
 */
export async function handler(event: unknown, context?: Context): Promise<Outcome> {
  if (context !== undefined) logger.addContext(context);
  try {
    const environment = environmentSchema.safeParse(process.env);
    const told = stackEvent.safeParse(event);
    if (!environment.success || !told.success) {
      throw notUnderstood([
        ...(environment.success ? [] : problemsOf(environment.error, 'environment')),
        ...(told.success ? [] : problemsOf(told.error, 'event')),
      ]);
    }
    const outcome = await start(told.data, environment.data);
    logger.info(outcome.summary, { ...outcome, event: told.data.id, ...metricsOf(outcome, told.data) });
    return outcome;
  } catch (error) {
    const described = describeAwsError(error);
    logger.error('Event not handled', { error: described });
    throw described;
  }
}

function notUnderstood(problems: ReturnType<typeof problemsOf>): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.InvalidRequest,
    what: 'The Lambda that starts executions was called with what it does not understand.',
    why: 'Its environment was changed by hand, or the event is no status change of a stack.',
    next: 'Deploy the stack again, then send the event from the dead-letter queue once more.',
    redrive: 'no',
    ids: {},
    problems,
  });
}
