import { unlessRootRuns } from '../shared/guardian/root-state';
import { stepHandler } from '../shared/step';
import * as schema from './schema';
import { converge } from './wait-for-map-runs';

export const handler = stepHandler(schema, unlessRootRuns(converge));
