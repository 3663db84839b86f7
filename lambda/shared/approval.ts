import * as z from 'zod';
import { ErrorCode, UpgradeError } from './errors';
import type { StateTable } from './state-table';

/** What a person has said. */
const approvalAnswer = z.object({
  approved: z.boolean(),
  /** Who: an ARN, as a rule. */
  by: z.string().min(1),
  atMs: z.number().int(),
  /** Why not, in the person's own words. */
  reason: z.string().min(1).optional(),
});
export type ApprovalAnswer = z.infer<typeof approvalAnswer>;

/**
 * A question to a person that an execution waits for, and the answer. Asked anew after a redrive, it has a new token; a yes
 * that was given for the same plan is not asked for twice, a no is not remembered.
 */
export const approvalRecord = z.object({
  v: z.literal(1),
  revision: z.number().int().positive(),
  /** Root execution that waits. */
  root: z.string().min(1),
  /** Callback token of the Task that waits. */
  token: z.string().min(1),
  planHash: z.string().min(1),
  askedAtMs: z.number().int(),
  /** One sentence. */
  question: z.string().min(1),
  /** Key of what is to be approved, as Markdown, in the plan bucket. */
  document: z.string().min(1),
  answer: approvalAnswer.optional(),
});
export type ApprovalRecord = z.infer<typeof approvalRecord>;

/** Where an execution waits for a person: so far before anything is changed. */
export type Gate = 'plan';

/** The last part of an execution's ARN: unique in the state table, which belongs to one machine. */
export function executionName(executionArn: string): string {
  return executionArn.slice(executionArn.lastIndexOf(':') + 1);
}

/** `approval/<name of the root execution>/<gate>` */
export function approvalKey(rootId: string, gate: Gate): string {
  return `approval/${executionName(rootId)}/${gate}`;
}

/** Key of the Markdown in the plan bucket. */
export function approvalDocumentKey(rootId: string): string {
  return `approvals/${executionName(rootId)}.md`;
}

export function readApproval(table: StateTable, rootId: string, gate: Gate): Promise<ApprovalRecord | undefined> {
  return table.get(approvalKey(rootId, gate), approvalRecord);
}

/** Writes `next` in the place of `before`; of two writers one observes anew. */
export async function writeApproval(
  table: StateTable,
  gate: Gate,
  before: ApprovalRecord | undefined,
  next: Omit<ApprovalRecord, 'v' | 'revision'>,
): Promise<ApprovalRecord> {
  const record: ApprovalRecord = { ...next, v: 1, revision: (before?.revision ?? 0) + 1 };
  await table.put(approvalKey(next.root, gate), record);
  return record;
}

/** What the Task that waits is failed with when a person says no: name and message are the error and cause of its token. */
export function rejection(
  { root, planHash, question }: Pick<ApprovalRecord, 'root' | 'planHash' | 'question'>,
  { by, reason }: Pick<ApprovalAnswer, 'by' | 'reason'>,
): UpgradeError {
  return new UpgradeError({
    code: ErrorCode.ApprovalRejected,
    what: `${by} has said no: ${question}`,
    why: reason ?? 'No reason was given.',
    next: 'Nothing was changed. Change the input and start a new execution, or redrive to be asked anew.',
    redrive: 'yes',
    ids: { root, planHash, rejectedBy: by },
  });
}
