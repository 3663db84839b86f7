import * as z from 'zod';
import type { StateTable } from './state-table';

/** What a person has said. */
const approvalAnswer = z.object({
  approved: z.boolean(),
  /** Who: an ARN, as a rule. */
  by: z.string().min(1),
  atMs: z.number().int(),
});

/**
 * A question to a person that an execution waits for, and the answer. Asked anew after a redrive, it has a new token; a yes
 * that was given for the same plan is not asked for twice.
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
