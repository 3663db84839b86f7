/**
 * What an execution's ARN tells: `arn:<partition>:states:<region>:<account>:execution:<machine>[/<label>]:<name>`.
 * Source: Step Functions Developer Guide, concepts-amazon-states-language and state-map-distributed (children's ARNs)
 */

/** Name of the machine, without the label that children of a Map Run have; empty for what is no such ARN. */
export function machineOf(executionArn: string): string {
  return executionArn.split(':')[6]?.split('/')[0] ?? '';
}

/** A guardian works for a root of another machine than its own. */
export function isGuardians({ root, execution }: { root: { id: string }; execution: { id: string } }): boolean {
  return machineOf(execution.id) !== machineOf(root.id);
}

/** Where the console shows an execution. The console has its own host in China. */
export function consoleLink(executionArn: string): string {
  const [, partition, , region] = executionArn.split(':');
  const host = partition === 'aws-cn' ? 'console.amazonaws.cn' : 'console.aws.amazon.com';
  return `https://${region ?? ''}.${host}/states/home?region=${region ?? ''}#/v2/executions/details/${executionArn}`;
}

/**
 * Statuses of an execution that has come to its end. Words that nobody knows yet mean: not surely.
 * Source: Step Functions API Reference, DescribeExecution
 */
export const CLOSED: readonly string[] = ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'];
