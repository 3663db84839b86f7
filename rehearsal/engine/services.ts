import type { VirtualClock } from '../clock';
import type { StateMachineArn } from './arns';
import type { Data } from './data';
import type { Execution } from './execution';
import type { Surroundings } from './functions';
import type { MapRun } from './map-run';
import type { EngineEvent, EngineOptions } from './options';
import type { PayloadStore } from './payload-store';
import type { TaskTokens } from './task-tokens';

/** What the parts of the engine share. */
export interface Services {
  readonly clock: VirtualClock;
  readonly options: EngineOptions;
  readonly surroundings: Surroundings;
  readonly payloads: PayloadStore;
  readonly tokens: TaskTokens;
  emit(event: EngineEvent): void;
  /** Makes (and lists) a child of a Map Run; does not start it. */
  createChild(mapRun: MapRun, input: Data): Execution;
  /** Makes a Map Run known to the API. */
  addMapRun(mapRun: MapRun): void;
}

/** Which machine an execution belongs to; for a child of a Map Run, the machine with the Map's label. */
export interface MachineIdentity {
  readonly root: StateMachineArn;
  /** As DescribeExecution and `$states.context.StateMachine` tell it. */
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
}
