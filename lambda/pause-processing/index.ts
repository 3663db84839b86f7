import { underLock } from '../shared/guard/under-lock';
import { taking } from '../shared/guardian/given-back';
import { stepHandler } from '../shared/step';
import { converge } from './pause-processing';
import * as schema from './schema';

export const handler = stepHandler(schema, taking('processing', converge), underLock);
