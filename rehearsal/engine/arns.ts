/** Builds and takes apart the ARNs of Step Functions. Source: Developer Guide, concepts-amazon-states-language and state-map-distributed. */
export interface StateMachineArn {
  partition: string;
  region: string;
  accountId: string;
  name: string;
}

const STATE_MACHINE = /^arn:([^:]+):states:([^:]+):(\d{12}):stateMachine:([^:/]+)$/;

/** The parts of a state machine's ARN (without version, alias or label), or undefined. */
export function parseStateMachineArn(arn: string): StateMachineArn | undefined {
  const [, partition, region, accountId, name] = STATE_MACHINE.exec(arn) ?? [];
  if (partition === undefined || region === undefined || accountId === undefined || name === undefined)
    return undefined;
  return { partition, region, accountId, name };
}

export function executionArn(machine: StateMachineArn, executionName: string): string {
  return `${base(machine)}:execution:${machine.name}:${executionName}`;
}

/** A child of a Map Run, or with `*` the pattern its permission is asked for. */
export function childExecutionArn(machine: StateMachineArn, label: string, executionName: string): string {
  return `${base(machine)}:execution:${machine.name}/${label}:${executionName}`;
}

export function mapRunArn(machine: StateMachineArn, label: string, id: string): string {
  return `${base(machine)}:mapRun:${machine.name}/${label}:${id}`;
}

export function labelledStateMachineArn(machine: StateMachineArn, label: string): string {
  return `${base(machine)}:stateMachine:${machine.name}/${label}`;
}

/** A function's ARN, whether the definition gives its name or its ARN. */
export function functionArn(machine: StateMachineArn, functionName: string): string {
  if (functionName.startsWith('arn:')) return functionName;
  return `arn:${machine.partition}:lambda:${machine.region}:${machine.accountId}:function:${functionName}`;
}

function base(machine: StateMachineArn): string {
  return `arn:${machine.partition}:states:${machine.region}:${machine.accountId}`;
}
