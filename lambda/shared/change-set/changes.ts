import * as z from 'zod';

/** One resource's part in a change set, as far as an approval is about it. */
export const change = z.object({
  action: z.string(),
  /** Of a resource in a nested stack: after the stack's own id and a slash. */
  logicalId: z.string(),
  type: z.string(),
  /** Left out where nothing is replaced. */
  replacement: z.enum(['True', 'Conditional']).optional(),
});
export type Change = z.infer<typeof change>;

/** What holds data or an address that people know: replaced or removed, it is lost. */
const STATEFUL = new Set([
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
  'AWS::Cognito::UserPool',
  'AWS::S3::Bucket',
  'AWS::CloudFront::Distribution',
]);

/** Whether a person should look at it before anything else. */
export function isRisky({ action, type, replacement }: Change): boolean {
  return STATEFUL.has(type) && (action === 'Remove' || replacement !== undefined);
}

/** The risky ones, then the rest as CloudFormation lists them. */
export function riskyFirst(changes: readonly Change[]): Change[] {
  return [...changes.filter(isRisky), ...changes.filter((item) => !isRisky(item))];
}

/** `Modify DynamoDB::Table Metadata (replacement: Conditional)` */
export function changeText({ action, logicalId, type, replacement }: Change): string {
  const replaced = replacement === undefined ? '' : ` (replacement: ${replacement})`;
  return `${action} ${type.replace(/^AWS::/, '')} ${logicalId}${replaced}`;
}

/** `12 changes: 1 Add, 10 Modify, 1 Remove` */
export function countsText(changes: readonly Change[]): string {
  const counts = new Map<string, number>();
  for (const { action } of changes) counts.set(action, (counts.get(action) ?? 0) + 1);
  const parts = [...counts].sort().map(([action, count]) => `${String(count)} ${action}`);
  return `${String(changes.length)} change${changes.length === 1 ? '' : 's'}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}

/** How much is replaced: nothing, perhaps, certainly. */
function severity({ replacement }: Change): number {
  if (replacement === undefined) return 0;
  return replacement === 'Conditional' ? 1 : 2;
}

/** Changes that nobody has approved: of other resources, of another kind, or with more replaced than was shown. */
export function notApproved(changes: readonly Change[], approved: readonly Change[]): Change[] {
  const keyOf = ({ action, logicalId, type }: Change): string => `${action} ${type} ${logicalId}`;
  const worst = new Map<string, number>();
  for (const item of approved) worst.set(keyOf(item), Math.max(worst.get(keyOf(item)) ?? 0, severity(item)));
  return changes.filter((item) => severity(item) > (worst.get(keyOf(item)) ?? -1));
}
