/** Id of the stack in the CDK app, in the web console's region; elsewhere the region follows it. */
export const UDF_STACK = 'ClickstreamUpgrade-udf';

/**
 * Name of the Lambda that Redshift calls for the functions of the solution, and of its stack: the same in every region.
 *
 * @param mainStack name of the stack with the state machine
 */
export function udfName(mainStack: string): string {
  return `${mainStack}-udf`;
}

/** Name of the role under which Redshift calls that Lambda. Roles belong to no region, so the name tells it. */
export function udfRoleName(mainStack: string, region: string): string {
  return `${udfName(mainStack)}-${region}`;
}
