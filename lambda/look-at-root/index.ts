import { stepHandler } from '../shared/step';
import { converge } from './look-at-root';
import * as schema from './schema';

export const handler = stepHandler(schema, converge);
