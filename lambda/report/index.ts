import { stepHandler } from '../shared/step';
import { converge } from './report';
import * as schema from './schema';

export const handler = stepHandler(schema, converge);
