import { approve } from '../../bin/operator/approve';
import { closeClients, operatorClients } from '../../bin/operator/clients';
import { NothingAsked } from '../../bin/operator/operator-error';
import { approvalKey } from '../../lambda/shared/approval';
import { partitionOf } from '../aws/arns';
import type { Iam } from '../aws/iam/iam';
import type { Credentials } from '../aws/iam/credentials';
import type { VirtualClock } from '../clock';
import type { EngineEvent } from '../engine';

/** Where the approver lives: the embedded account, seen from outside. */
export interface ApproverPlace {
  clock: VirtualClock;
  iam: Iam;
  credentials: Credentials;
  accountId: string;
  /** Region of our stack. */
  region: string;
  /** The account's one door. */
  endpointUrl: string;
  stateTable: string;
}

export interface ApproverOptions {
  /** How long this person thinks, virtual milliseconds; at least one. */
  delayMs: number;
  /** Name of the Task that asks. */
  state?: string;
}

/** The question appears within this many virtual seconds of the state being entered, or not at all. */
const LONGEST_LOOK = 30;
const SECOND_MS = 1_000;

/**
 * An operator who says yes. Whenever an execution enters the state that asks, a timer of the clock is set; when it fires, the
 * code behind `bin/upgrade.ts approve` answers, with an operator's role and over the account's door. The clock would else
 * jump to the end of the seven days as soon as nothing but the token is open.
 */
export class Approver {
  /** Records it has said yes to. */
  readonly approved: string[] = [];
  /** What went wrong where it tried to. */
  readonly failures: Error[] = [];
  private readonly roleArn: string;

  constructor(
    private readonly place: ApproverPlace,
    private readonly options: ApproverOptions,
  ) {
    const { accountId, iam, region, stateTable } = place;
    if (options.delayMs < 1) throw new RangeError('An approver needs a moment: the question has to be asked first');
    this.roleArn = `arn:${partitionOf(region)}:iam::${accountId}:role/Operator`;
    const table = `arn:${partitionOf(region)}:dynamodb:${region}:${accountId}:table/${stateTable}`;
    iam.registerRole({
      roleArn: this.roleArn,
      trustPolicy: statement({ Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }),
      policies: [
        {
          name: 'Approve',
          document: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: table },
              { Effect: 'Allow', Action: 'states:SendTaskSuccess', Resource: '*' },
            ],
          },
        },
      ],
    });
  }

  /** To be told everything that happens in the engine. */
  see(event: EngineEvent): void {
    if (event.type !== 'state-entered' || event.state !== (this.options.state ?? 'Approve the plan')) return;
    this.lookAt(event.executionArn, event.atMs + this.options.delayMs, LONGEST_LOOK);
  }

  private lookAt(executionArn: string, atMs: number, looksLeft: number): void {
    this.place.clock.at(atMs, () => void this.answer(executionArn, looksLeft));
  }

  private async answer(executionArn: string, looksLeft: number): Promise<void> {
    const { clock, credentials, endpointUrl, region, stateTable } = this.place;
    // Time stands still while the answer is on its way.
    const release = clock.hold();
    const clients = operatorClients(region, {
      endpoint: endpointUrl,
      credentials: credentials.issueForRole(this.roleArn, 'approver'),
    });
    try {
      await approve(clients, { stateTable }, executionArn, clock.now());
      this.approved.push(approvalKey(executionArn, 'plan'));
    } catch (error) {
      // Nobody asks where the input wants no approval.
      const nothingAsked = error instanceof NothingAsked;
      if (nothingAsked && looksLeft > 0) this.lookAt(executionArn, clock.now() + SECOND_MS, looksLeft - 1);
      else if (!nothingAsked) this.failures.push(error instanceof Error ? error : new Error(String(error)));
    } finally {
      closeClients(clients);
      release();
    }
  }
}

function statement(members: Record<string, unknown>): { Version: string; Statement: object[] } {
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...members }] };
}
