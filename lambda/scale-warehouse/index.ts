import { underLock } from '../shared/guard/under-lock';
import { taking } from '../shared/guardian/given-back';
import { unlessRootRuns } from '../shared/guardian/root-state';
import { stepHandler } from '../shared/step';
import { converge } from './scale-warehouse';
import * as schema from './schema';

export const handler = stepHandler(
  schema,
  unlessRootRuns(taking('capacity', converge, ({ act }) => act === 'up')),
  underLock,
);
