import type { AuthorizationRequest } from '../engine';
import type { Iam } from '../aws/iam/iam';
import { ServiceError } from '../engine';
import type { Deployment } from '../template/deployment';

/** Step Functions names the session of an execution's role by the execution; no policy of ours looks at it. */
const SESSION = 'states';

/**
 * What a state machine's role may do of itself. The engine asks for starting and redriving children in the middle of its
 * work and cannot wait for an answer, so those are asked beforehand.
 */
export class MachinePermissions {
  private readonly decided = new Map<string, string | undefined>();

  constructor(private readonly iam: Iam) {}

  /** Asks all that the machines may want of Map Runs. */
  async prepare({ stateMachines }: Deployment): Promise<void> {
    for (const { arn, roleArn, definition } of stateMachines) {
      await this.decide({ roleArn, action: 'states:StartExecution', resource: arn });
      for (const label of mapLabels(definition)) {
        const children = `${arn.replace(':stateMachine:', ':execution:')}/${label}:*`;
        await this.decide({ roleArn, action: 'states:RedriveExecution', resource: children });
      }
    }
  }

  /** For the engine: throws where IAM says no. Calls of other services are asked for when they are made. */
  check(request: AuthorizationRequest): void {
    if (!request.action.startsWith('states:')) return;
    const key = keyOf(request);
    if (!this.decided.has(key)) throw new Error(`Nobody asked IAM beforehand for ${key}`);
    const message = this.decided.get(key);
    if (message !== undefined) throw new Error(message);
  }

  /** Throws ServiceError as Step Functions reports a call that its role may not make. */
  async demand(roleArn: string, action: string, resource: string, refusedAs: string): Promise<void> {
    const decision = await this.iam.authorize({ roleArn, sessionName: SESSION, action, resource });
    if (!decision.allowed) throw new ServiceError(refusedAs, decision.message);
  }

  private async decide(request: AuthorizationRequest): Promise<void> {
    const { roleArn, action, resource } = request;
    const decision = await this.iam.authorize({ roleArn, sessionName: SESSION, action, resource });
    this.decided.set(keyOf(request), decision.allowed ? undefined : decision.message);
  }
}

function keyOf({ roleArn, action, resource }: AuthorizationRequest): string {
  return `${roleArn} ${action} ${resource}`;
}

/** Labels of every Map in a definition, at whatever depth. */
function mapLabels(definition: unknown): string[] {
  if (typeof definition !== 'object' || definition === null) return [];
  const own = 'ItemProcessor' in definition && 'Label' in definition ? [String(definition.Label)] : [];
  return [...own, ...Object.values(definition).flatMap(mapLabels)];
}
