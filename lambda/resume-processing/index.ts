import { underLock } from '../shared/guard/under-lock';
import { unlessRootRuns } from '../shared/guardian/root-state';
import { stepHandler } from '../shared/step';
import { converge } from './resume-processing';
import * as schema from './schema';

export const handler = stepHandler(schema, unlessRootRuns(converge), underLock);
