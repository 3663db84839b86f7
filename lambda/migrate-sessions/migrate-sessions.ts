import type * as z from 'zod';
import callFile from '../../sql/sessions/call.sql';
import unfinishedFile from '../../sql/sessions/unfinished.sql';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { convergeSinglePass } from '../shared/migration/single-pass';
import type { AppTarget } from '../shared/plan/app-plan';
import type { Tools } from '../shared/step';
import type { environment } from './schema';

/** One pass of *Migrate sessions*: one call, proved by its log. */
export function converge(
  request: StepRequest<AppTarget, Record<string, never>>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Record<string, never>, Record<string, never>>> {
  return convergeSinglePass({ of: 'sessions', callFile, unfinishedFile }, request, tools);
}
