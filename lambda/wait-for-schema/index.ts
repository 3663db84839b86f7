import { underLock } from '../shared/guard/under-lock';
import { stepHandler } from '../shared/step';
import * as schema from './schema';
import { converge } from './wait-for-schema';

export const handler = stepHandler(schema, converge, underLock);
