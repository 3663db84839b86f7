import { AwsError, type ServiceCall, type SimulatedService } from '../../../rehearsal/aws/service';
import { START_MS } from '../../rehearsal/aws/door-harness';

/** Executions of our own machine as Step Functions tells of them: they run, unless a test or its engine says otherwise. */
export class RunningExecutions implements SimulatedService {
  readonly signingName = 'states';
  /** By ARN; `gone`: Step Functions has forgotten it. */
  readonly states = new Map<string, string>();

  /** @param others answers for executions of other machines, and for every other operation */
  constructor(private readonly others?: SimulatedService) {}

  handle(call: ServiceCall): Promise<Record<string, unknown>> {
    const arn = String(call.input['executionArn']);
    const isOurs = !arn.startsWith('arn:') || arn.includes(':execution:ClickstreamUpgrade');
    if (call.operation === 'DescribeExecution' && isOurs) return this.describe(arn, call);
    if (this.others === undefined) throw new Error(`Nobody answers states:${call.operation} here`);
    return this.others.handle(call);
  }

  private async describe(executionArn: string, call: ServiceCall): Promise<Record<string, unknown>> {
    const said = this.states.get(executionArn);
    const known = said === undefined ? await this.known(call) : undefined;
    if (known !== undefined) return known;
    const status = said ?? 'RUNNING';
    if (status === 'gone') throw notThere(executionArn);
    const redriveStatus = status === 'RUNNING' || status === 'SUCCEEDED' ? 'NOT_REDRIVABLE' : 'REDRIVABLE';
    const stateMachineArn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:ClickstreamUpgrade';
    return { executionArn, stateMachineArn, status, redriveStatus, startDate: new Date(START_MS) };
  }

  /** An execution that was really started. */
  private async known(call: ServiceCall): Promise<Record<string, unknown> | undefined> {
    try {
      return await this.others?.handle(call);
    } catch (error) {
      if (error instanceof AwsError && error.name === NOT_THERE) return undefined;
      throw error;
    }
  }
}

const NOT_THERE = 'ExecutionDoesNotExist';

function notThere(executionArn: string): AwsError {
  return new AwsError(NOT_THERE, `Execution Does Not Exist: '${executionArn}'`);
}
