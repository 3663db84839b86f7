import * as z from 'zod';
import refreshUsersFile from '../../sql/check/refresh-users.sql';
import type { StepAnswer, StepRequest } from '../shared/contract';
import { ErrorCode, UpgradeError } from '../shared/errors';
import { openApp } from '../shared/migration/app';
import type { AppTarget } from '../shared/plan/app-plan';
import { statement } from '../shared/sql/statement';
import type { Tools } from '../shared/step';
import { manyText } from '../shared/summary';
import { observe } from './observe';
import { preflightProblems } from './problems';
import type { environment, progress } from './schema';

type Progress = z.infer<typeof progress>;

/**
 * One pass of *Check*: refuses a warehouse on which the migration would fail or duplicate rows, with every reason in one
 * error; then refreshes the legacy view of users, which the migration reads and no workflow refreshes any more.
 */
export async function converge(
  request: StepRequest<AppTarget, Progress>,
  tools: Tools<z.infer<typeof environment>>,
): Promise<StepAnswer<Progress, Record<string, never>>> {
  const app = await openApp(request, tools, 'check');
  const { plan } = app;
  if (request.progress?.checked !== true) {
    const seen = await observe(app);
    const problems = preflightProblems(plan, seen);
    if (problems.length > 0) {
      throw new UpgradeError({
        code: ErrorCode.PreflightFailed,
        what: `App ${plan.appId} of project ${plan.projectId} is not ready to be migrated.`,
        why: `${manyText(problems.length, 'problem was', 'problems were')} found; nothing was migrated.`,
        next: 'Resolve each of them, then redrive: the check is made again.',
        redrive: 'yes',
        ids: { projectId: plan.projectId, appId: plan.appId },
        problems,
      });
    }
    const { busyStatements } = seen;
    return {
      status: 'IN_PROGRESS',
      progress: { checked: true, busyStatements },
      waitSeconds: 0,
      summary: `${plan.appId} is ready`,
    };
  }
  await app.reads.run(app.session, statement(refreshUsersFile, { schema: app.schema }));
  return {
    status: 'DONE',
    result: {},
    summary: `${plan.appId}: ready, and the legacy view of users is up to date`,
    facts: { busyStatements: request.progress.busyStatements ?? 0 },
  };
}
