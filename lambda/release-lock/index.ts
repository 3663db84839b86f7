import { stepHandler } from '../shared/step';
import { converge } from './release-lock';
import * as schema from './schema';

export const handler = stepHandler(schema, converge);
