import { underLock } from '../shared/guard/under-lock';
import { stepHandler } from '../shared/step';
import { converge } from './judge-children';
import * as schema from './schema';

export const handler = stepHandler(schema, converge, underLock);
