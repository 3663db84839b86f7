import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/**
 * The state machine's name, known before the machine is: policies of the step Lambdas name it, and a reference would
 * close the circle Function → role policy → machine → Function, which only the deployment refuses.
 */
export function machineName(scope: Construct): string {
  const { stackName } = Stack.of(scope);
  // StartExecution and CloudWatch logging take letters, digits, - and _ only. Source: Step Functions API, CreateStateMachine
  if (!Token.isUnresolved(stackName) && !/^[A-Za-z][A-Za-z0-9-]{0,39}$/.test(stackName)) {
    throw new Error(`Stack name "${stackName}" must be at most 40 letters, digits and hyphens: names are made from it`);
  }
  return stackName;
}

/** ARN of the machine itself. */
export function machineArn(scope: Construct, name: string = machineName(scope)): string {
  return statesArn(scope, 'stateMachine', name);
}

/** ARNs of the executions that somebody starts. */
export function rootExecutionArns(scope: Construct, name: string = machineName(scope)): string {
  return statesArn(scope, 'execution', `${name}:*`);
}

/** ARNs of the executions that Map Runs of the machine start, nested ones included. */
export function childExecutionArns(scope: Construct, name: string = machineName(scope)): string {
  return statesArn(scope, 'execution', `${name}/*:*`);
}

/** ARNs of the Map Runs of the machine. */
export function mapRunArns(scope: Construct, name: string = machineName(scope)): string {
  return statesArn(scope, 'mapRun', `${name}/*:*`);
}

/** Name of the guardian, the second machine, which looks after executions that have failed or were stopped. */
export function guardianName(scope: Construct): string {
  return `${machineName(scope)}Guardian`;
}

/** ARNs of the guardian's executions, and of children that its Map Runs start. */
export function guardianExecutionArns(scope: Construct): string[] {
  const name = guardianName(scope);
  return [rootExecutionArns(scope, name), childExecutionArns(scope, name)];
}

function statesArn(scope: Construct, resource: string, resourceName: string): string {
  return Stack.of(scope).formatArn({
    service: 'states',
    resource,
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}
