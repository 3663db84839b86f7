import { underLock } from '../shared/guard/under-lock';
import { stepHandler } from '../shared/step';
import * as schema from './schema';
import { converge } from './upgrade-pipeline';

export const handler = stepHandler(schema, converge, underLock);
