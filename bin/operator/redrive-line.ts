/** The AWS CLI line that redrives an execution. */
export function redriveLine(executionArn: string): string {
  const region = executionArn.split(':')[3] ?? '';
  return `aws stepfunctions redrive-execution --region ${region} --execution-arn ${executionArn}`;
}
