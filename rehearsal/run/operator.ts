import { accept } from '../../bin/operator/accept';
import { approve } from '../../bin/operator/approve';
import type { ParityRef } from '../../bin/operator/arguments';
import { closeClients, operatorClients, type OperatorClients } from '../../bin/operator/clients';
import { reject } from '../../bin/operator/reject';
import { partitionOf } from '../aws/arns';
import type { Credentials } from '../aws/iam/credentials';
import type { Iam } from '../aws/iam/iam';
import type { VirtualClock } from '../clock';

/** Where an operator works: the embedded account, seen from outside. */
export interface OperatorPlace {
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

/**
 * A person at the operator's command line: the code behind `bin/upgrade.ts`, with a role of its own and over the account's door.
 * Time stands still while a command is on its way.
 */
export class Operator {
  private readonly roleArn: string;

  constructor(
    private readonly place: OperatorPlace,
    /** As the account's session tells who it was. */
    private readonly who: string,
  ) {
    const { accountId, iam, region, stateTable } = place;
    const partition = partitionOf(region);
    this.roleArn = `arn:${partition}:iam::${accountId}:role/Operator`;
    const table = `arn:${partition}:dynamodb:${region}:${accountId}:table/${stateTable}`;
    iam.registerRole({
      roleArn: this.roleArn,
      trustPolicy: document({ Principal: { AWS: accountId }, Action: 'sts:AssumeRole' }),
      policies: [
        {
          name: 'Operate',
          document: document(
            { Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Scan'], Resource: table },
            {
              Action: ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat'],
              Resource: '*',
            },
            { Action: 'states:DescribeExecution', Resource: '*' },
          ),
        },
      ],
    });
  }

  approve(executionArn: string): Promise<string> {
    return this.at((clients) => approve(clients, this.place, executionArn, this.place.clock.now()));
  }

  reject(executionArn: string, reason?: string): Promise<string> {
    return this.at((clients) => reject(clients, this.place, executionArn, reason, this.place.clock.now()));
  }

  /** @param tell gets the list of what is accepted, before it is */
  accept(executionArn: string, apps: readonly ParityRef[], tell: (text: string) => void): Promise<string> {
    const atMs = this.place.clock.now();
    return this.at((clients) => accept(clients, this.place, { executionArn, apps, atMs }, { tell }));
  }

  /** Something of one's own with the account's clients. */
  async at<Result>(act: (clients: OperatorClients) => Promise<Result>): Promise<Result> {
    const { clock, credentials, endpointUrl, region } = this.place;
    const release = clock.hold();
    const clients = operatorClients(region, {
      endpoint: endpointUrl,
      credentials: credentials.issueForRole(this.roleArn, this.who),
    });
    try {
      return await act(clients);
    } finally {
      closeClients(clients);
      release();
    }
  }
}

function document(...statements: Record<string, unknown>[]): { Version: string; Statement: object[] } {
  return { Version: '2012-10-17', Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })) };
}
