import { stepHandler } from '../shared/step';
import { converge } from './prepare-change-set';
import * as schema from './schema';

export const handler = stepHandler(schema, converge);
