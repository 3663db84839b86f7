import { stepHandler } from '../shared/step';
import { converge } from './inspect-and-plan';
import * as schema from './schema';

export const handler = stepHandler(schema, converge);
