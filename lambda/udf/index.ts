import { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import { answerBatch } from './batch';

const logger = new Logger({ serviceName: 'udf' });

/**
 * Called by Redshift with a batch of rows of one of the six functions. The log tells of each batch how many rows there were and
 * what was done instead of failing, never what was in a row.
 */
export function handler(event: unknown, context?: Context): Promise<string> {
  if (context !== undefined) logger.addContext(context);
  const { text, error, ...told } = answerBatch(event);
  if (error === undefined) logger.info('Batch', told);
  else logger.error('Batch refused', { ...told, error });
  return Promise.resolve(text);
}
