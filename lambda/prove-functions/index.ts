import { underLock } from '../shared/guard/under-lock';
import { stepHandler } from '../shared/step';
import { converge } from './prove-functions';
import * as schema from './schema';

export const handler = stepHandler(schema, converge, underLock);
