import { AwsError } from '../aws/service';
import type { Execution } from './execution';
import type { Machine } from './machines';
import type { MapRun } from './map-run';

/** Everything the API can name, by ARN. The lookups answer with the API's errors. */
export class Registry {
  readonly machines = new Map<string, Machine>();
  readonly executions = new Map<string, Execution>();
  readonly mapRuns = new Map<string, MapRun>();

  /** @throws AwsError StateMachineDoesNotExist, InvalidArn */
  machine(arn: string): Machine {
    const machine = this.machines.get(arn);
    if (machine !== undefined) return machine;
    throw missing(arn, ':stateMachine:', 'StateMachineDoesNotExist', 'State Machine Does Not Exist');
  }

  /** @throws AwsError ExecutionDoesNotExist, InvalidArn */
  execution(arn: string): Execution {
    const execution = this.executions.get(arn);
    if (execution !== undefined) return execution;
    throw missing(arn, ':execution:', 'ExecutionDoesNotExist', 'Execution Does Not Exist');
  }

  /** @throws AwsError ResourceNotFound, InvalidArn */
  mapRun(arn: string): MapRun {
    const mapRun = this.mapRuns.get(arn);
    if (mapRun !== undefined) return mapRun;
    throw missing(arn, ':mapRun:', 'ResourceNotFound', 'Resource not found');
  }
}

function missing(arn: string, kind: string, name: string, message: string): AwsError {
  return arn.includes(kind)
    ? new AwsError(name, `${message}: '${arn}'`)
    : new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
}
