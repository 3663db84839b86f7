import type { ApprovalRecord } from './approval';
import { ErrorCode } from './errors';

/** Heading under which a proposal tells how to answer; all that follows it holds as long as its token is waited for. */
export const ANSWERING = '## How to answer';

/**
 * How a person answers a question, as Markdown: with this repository, and with the AWS CLI alone. An answer by the AWS CLI is
 * not written down in the state table; who gave it is in CloudTrail.
 */
export function answeringText({ root, token }: Pick<ApprovalRecord, 'root' | 'token'>): string {
  const region = root.split(':')[3] ?? '';
  // In quotes of its own: a token has none of the characters a shell cares about.
  const where = `--region ${region} --task-token '${token}'`;
  return [
    ANSWERING,
    'Yes, or no:',
    shell([`npx tsx bin/upgrade.ts approve ${root}`, `npx tsx bin/upgrade.ts reject ${root} --reason 'why not'`]),
    'The same with the AWS CLI alone:',
    shell([
      `aws stepfunctions send-task-success ${where} --task-output '{"approved":true}'`,
      `aws stepfunctions send-task-failure ${where} --error ${ErrorCode.ApprovalRejected} --cause 'why not'`,
    ]),
  ].join('\n\n');
}

/** A proposal without what is said of answering it: of a question that nobody waits with any more. */
export function withoutAnswering(proposal: string): string {
  const [text = ''] = proposal.split(`\n${ANSWERING}\n`);
  return text.trimEnd();
}

function shell(lines: readonly string[]): string {
  return ['```sh', ...lines, '```'].join('\n');
}
