import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall, type SimulatedService } from '../service';
import { LaggingExecutionList } from './lagging-list';

/** The simulated operations: the engine's method behind each, and the members of the input it reads. */
const OPERATIONS = {
  StartExecution: { method: 'startExecution', members: ['stateMachineArn', 'name', 'input'] },
  DescribeExecution: { method: 'describeExecution', members: ['executionArn'] },
  ListExecutions: {
    method: 'listExecutions',
    members: ['stateMachineArn', 'mapRunArn', 'statusFilter', 'redriveFilter', 'maxResults', 'nextToken'],
  },
  StopExecution: { method: 'stopExecution', members: ['executionArn', 'error', 'cause'] },
  RedriveExecution: { method: 'redriveExecution', members: ['executionArn', 'clientToken'] },
  DescribeMapRun: { method: 'describeMapRun', members: ['mapRunArn'] },
  ListMapRuns: { method: 'listMapRuns', members: ['executionArn', 'maxResults', 'nextToken'] },
  GetExecutionHistory: {
    method: 'getExecutionHistory',
    members: ['executionArn', 'reverseOrder', 'includeExecutionData', 'maxResults', 'nextToken'],
  },
  ListStateMachines: { method: 'listStateMachines', members: ['maxResults', 'nextToken'] },
  DescribeStateMachine: { method: 'describeStateMachine', members: ['stateMachineArn'] },
  ListTagsForResource: { method: 'listTagsForResource', members: ['resourceArn'] },
  SendTaskSuccess: { method: 'sendTaskSuccess', members: ['taskToken', 'output'] },
  SendTaskFailure: { method: 'sendTaskFailure', members: ['taskToken', 'error', 'cause'] },
  SendTaskHeartbeat: { method: 'sendTaskHeartbeat', members: ['taskToken'] },
} as const;

/**
 * What this service needs of the engine: a method for each operation, with the API's input and output, that throws
 * AwsError. The region is that of the endpoint; only `listStateMachines` cannot tell it from its input.
 */
export type StatesEngine = Record<
  (typeof OPERATIONS)[keyof typeof OPERATIONS]['method'],
  (input: never, region: string) => object | Promise<object>
>;

/** Members of the inputs that hold an ARN of this service. */
const ARN_MEMBERS = ['executionArn', 'stateMachineArn', 'mapRunArn', 'resourceArn'];

export interface StatesApiOptions {
  /** Epoch milliseconds, virtual. */
  now: () => number;
  /** How far ListExecutions lags behind, virtual milliseconds; 0 shows the truth. */
  listLagMs?: number;
}

/**
 * The Step Functions API over the engine. It adds what an endpoint adds: the region it answers for, and lists that lag.
 * Source: Step Functions API Reference
 */
export class StatesApi implements SimulatedService {
  readonly signingName = 'states';
  private readonly lagging: LaggingExecutionList | undefined;

  constructor(
    private readonly engine: StatesEngine,
    options: StatesApiOptions,
  ) {
    const lagMs = options.listLagMs ?? 0;
    this.lagging = lagMs > 0 ? new LaggingExecutionList(options.now, lagMs) : undefined;
  }

  async handle(call: ServiceCall): Promise<Record<string, unknown>> {
    if (!isSimulated(call.operation)) throw notSimulated(`states:${call.operation}`);
    const { method, members } = OPERATIONS[call.operation];
    refuseOtherMembers(call, members);
    for (const member of ARN_MEMBERS) {
      const arn = call.input[member];
      if (arn !== undefined) checkArn(arn, call.region);
    }
    // The door has decoded the input by the API's own model, so it has the shape the method declares.
    const answer = async (input: Record<string, unknown>): Promise<Record<string, unknown>> => ({
      ...(await this.engine[method](input as never, call.region)),
    });
    if (call.operation === 'ListExecutions' && this.lagging !== undefined) return this.lagging.list(call.input, answer);
    return answer(call.input);
  }
}

function isSimulated(operation: string): operation is keyof typeof OPERATIONS {
  return Object.hasOwn(OPERATIONS, operation);
}

/** An endpoint knows only its own region's resources. */
function checkArn(arn: unknown, region: string): void {
  const parts = typeof arn === 'string' ? /^arn:aws(?:-cn)?:states:([a-z0-9-]+):\d{12}:.+$/.exec(arn) : null;
  if (parts?.[1] !== region) throw new AwsError('InvalidArn', `Invalid Arn: '${String(arn)}'`);
}
