import { stepHandler } from '../shared/step';
import { converge } from './take-lock';
import * as schema from './schema';

export const handler = stepHandler(schema, converge);
