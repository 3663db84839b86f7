import { text } from '../../input';
import { on, onEverything, type ActionRule, type ActionTable } from './action';

const onStateMachine = on((call) => text(call, 'stateMachineArn'));
const onExecution = on((call) => text(call, 'executionArn'));
const onMapRun = on((call) => text(call, 'mapRunArn'));

/** Map Runs and state machines list their executions by the same action. */
const onStateMachineOrMapRun: ActionRule = on((call) => text(call, 'stateMachineArn') || text(call, 'mapRunArn'));

/** Source: Service Authorization Reference, "AWS Step Functions". */
export const statesActions: ActionTable = {
  StartExecution: onStateMachine,
  DescribeStateMachine: onStateMachine,
  ListExecutions: onStateMachineOrMapRun,
  ListStateMachines: onEverything,
  DescribeExecution: onExecution,
  StopExecution: onExecution,
  RedriveExecution: onExecution,
  GetExecutionHistory: onExecution,
  DescribeStateMachineForExecution: onExecution,
  ListMapRuns: onExecution,
  DescribeMapRun: onMapRun,
  UpdateMapRun: onMapRun,
  ListTagsForResource: on((call) => text(call, 'resourceArn')),
  SendTaskSuccess: onEverything,
  SendTaskFailure: onEverything,
  SendTaskHeartbeat: onEverything,
};
