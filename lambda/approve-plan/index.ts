import { handlerOf } from './approve-plan';
import * as schema from './schema';

export const handler = handlerOf(schema);
