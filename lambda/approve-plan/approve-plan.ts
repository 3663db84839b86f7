import { SendTaskSuccessCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { Context } from 'aws-lambda';
import type * as z from 'zod';
import { answeringText } from '../shared/answering';
import { approvalDocumentKey, readApproval, writeApproval, type ApprovalRecord } from '../shared/approval';
import { changesDocument, changesKey, type ChangesDocument } from '../shared/change-set/approved';
import type { StepAnswer, StepRequest, StepResponse } from '../shared/contract';
import { assertNever, ErrorCode, UpgradeError } from '../shared/errors';
import type { Plan } from '../shared/plan/plan';
import { readJson, readPlan, readProjectPlan, writeText } from '../shared/plan/store';
import { StateTable } from '../shared/state-table';
import { stepHandler, type Tools } from '../shared/step';
import { documentOf, questionOf } from './document';
import * as stepSchema from './schema';
import { guarded } from '../shared/guard/guard';

type Environment = z.infer<typeof stepSchema.environment>;
type Nothing = Record<string, never>;
type Request = StepRequest<z.infer<typeof stepSchema.target>, Nothing>;

/** What to do about the gate. */
export type Gateway =
  /** Nobody is to be asked, or somebody has said yes to this very plan. */
  { do: 'open'; by: string; why: string } | { do: 'ask' };

/** Pure: is a person to be asked? */
export function decide(plan: Pick<Plan, 'approval' | 'hash'>, record: ApprovalRecord | undefined): Gateway {
  if (!plan.approval) return { do: 'open', by: 'the input', why: 'no approval is asked for' };
  if (record?.answer?.approved === true && record.planHash === plan.hash) {
    return { do: 'open', by: record.answer.by, why: `approved by ${record.answer.by}` };
  }
  return { do: 'ask' };
}

/**
 * *Approve the plan*: asks a person, and lets the Task wait for the answer. The Task does not read what this Lambda
 * answers; it goes on when its token comes back, from here or from whoever says yes. A redriven Task comes with a new
 * token and asks anew, unless the yes for this plan is there already.
 */
export async function converge(
  request: Request,
  tools: Tools<Environment>,
  taskToken: string,
): Promise<StepAnswer<Nothing, Nothing>> {
  const { PLAN_BUCKET: bucket, STATE_TABLE: tableName } = tools.environment;
  const table = new StateTable(tableName);
  const plan = await readPlan(bucket, request.root.plan);
  const before = await readApproval(table, request.root.id, 'plan');
  const gateway = decide(plan, before);
  switch (gateway.do) {
    case 'open':
      await sendYes(taskToken, gateway.by, request.now);
      return { status: 'DONE', result: {}, summary: gateway.why };
    case 'ask': {
      const question = questionOf({ plan });
      const document = approvalDocumentKey(request.root.id);
      // The record last: whoever sees it can read what it is about.
      const proposal = await proposalText(bucket, request, plan);
      const text = [proposal, answeringText({ root: request.root.id, token: taskToken })].join('\n\n');
      await writeText(bucket, document, `${text}\n`, 'text/markdown; charset=utf-8');
      await writeApproval(table, 'plan', before, {
        root: request.root.id,
        token: taskToken,
        planHash: plan.hash,
        askedAtMs: request.now,
        question,
        document,
      });
      return { status: 'IN_PROGRESS', waitSeconds: 0, summary: `waiting for a person: ${question}` };
    }
    default:
      return assertNever(gateway);
  }
}

async function proposalText(bucket: string, request: Request, plan: Plan): Promise<string> {
  const working = plan.kind === 'upgrade' ? plan.projects.filter(({ decision }) => decision === 'work') : [];
  const [changes, projects] = await Promise.all([
    changesOf(bucket, request.root.id, plan),
    Promise.all(working.map((project) => readProjectPlan(bucket, request.root.plan, project))),
  ]);
  return documentOf({ root: request.root.id, plan, changes, projects });
}

/** Nobody should say yes to changes that are not shown. */
async function changesOf(bucket: string, root: string, plan: Plan): Promise<ChangesDocument | undefined> {
  const key = changesKey(root);
  const changes = await readJson(bucket, key, changesDocument);
  if (changes !== undefined || plan.kind === 'cleanup' || plan.console.decision === 'skip') return changes;
  throw new UpgradeError({
    code: ErrorCode.InvalidRequest,
    what: 'What CloudFormation would change is not known, so it cannot be approved.',
    why: `There is no object s3://${bucket}/${key}, which Prepare the console change set writes.`,
    next: 'Restore the object if it was deleted and redrive, or start a new execution.',
    redrive: 'yes',
    ids: { bucket, key },
  });
}

let client: SFNClient | undefined;

async function sendYes(taskToken: string, by: string, atMs: number): Promise<void> {
  const sfn = (client ??= guarded(new SFNClient({})));
  await sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ approved: true, by, atMs }) }));
}

/** The step's handler: the token stands beside the request, where the log does not write it down. */
export function handlerOf(schema: typeof stepSchema): (event: unknown, context?: Context) => Promise<StepResponse> {
  return (event, context) => {
    const token = schema.taskToken.safeParse(event).data?.taskToken;
    return stepHandler(schema, (request, tools) => converge(request, tools, demanded(token)))(event, context);
  };
}

function demanded(token: string | undefined): string {
  if (token !== undefined) return token;
  throw new UpgradeError({
    code: ErrorCode.InvalidRequest,
    what: 'The request has no task token.',
    why: 'The machine that called it and this Lambda do not belong together, or the Lambda was called by hand.',
    next: 'Deploy the stack again so that both are of one version, then redrive.',
    redrive: 'yes',
    ids: {},
  });
}
