import { VirtualClock } from '../../../rehearsal/clock';
import { CallLog } from '../../../rehearsal/aws/call-log';
import { Door } from '../../../rehearsal/aws/door';
import { Faults } from '../../../rehearsal/aws/faults';
import type { ResourceDirectory } from '../../../rehearsal/aws/iam/actions/action';
import { Credentials } from '../../../rehearsal/aws/iam/credentials';
import { Iam, type PolicyDocument } from '../../../rehearsal/aws/iam/iam';
import type { ServiceCall, SimulatedService } from '../../../rehearsal/aws/service';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/step`;
export const START_MS = Date.UTC(2026, 6, 1);

export const allow = (...actions: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
});

export const trustedBy = (principal: Record<string, string>): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
});

/** A service that records its calls and answers what the test says. */
export class Scripted implements SimulatedService {
  readonly calls: ServiceCall[] = [];
  answer: (call: ServiceCall) => Record<string, unknown> = () => ({});

  constructor(readonly signingName: string) {}

  handle(call: ServiceCall): Promise<Record<string, unknown>> {
    this.calls.push(call);
    return Promise.resolve().then(() => this.answer(call));
  }
}

/** Everything behind a door; `close` after the test. */
export class Account {
  readonly clock = new VirtualClock(START_MS);
  readonly iam = new Iam();
  readonly credentials = new Credentials(this.clock);
  readonly callLog = new CallLog();
  readonly faults = new Faults();
  /** What IAM asks about resources; to be set before `open`. */
  directory: ResourceDirectory = {};
  private door: Door | undefined;
  private readonly clients: { destroy(): void }[] = [];
  url = '';

  constructor(policy: PolicyDocument = allow('*')) {
    this.iam.registerRole({
      roleArn: ROLE,
      trustPolicy: trustedBy({ Service: 'lambda.amazonaws.com' }),
      policies: [{ name: 'test', document: policy }],
    });
  }

  async open(...services: SimulatedService[]): Promise<this> {
    const { clock, iam, credentials, callLog, faults, directory } = this;
    this.door = new Door({ clock, iam, credentials, callLog, faults, services, directory });
    this.url = (await this.door.listen()).url;
    return this;
  }

  /** Variables with which SDK clients find this account and sign as the role, as in a function of it. */
  environment(region = REGION): Record<string, string> {
    const { accessKeyId, secretAccessKey, sessionToken } = this.credentials.issueForRole(ROLE, 'session');
    return {
      AWS_ENDPOINT_URL: this.url,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
  }

  /** A real SDK client, signing as the role. */
  client<T extends { destroy(): void }>(
    Client: new (config: ClientConfig) => T,
    overrides: Partial<ClientConfig> = {},
  ): T {
    const credentials = this.credentials.issueForRole(ROLE, 'session');
    const client = new Client({ endpoint: this.url, region: REGION, credentials, ...overrides });
    this.clients.push(client);
    return client;
  }

  async close(): Promise<void> {
    for (const client of this.clients) client.destroy();
    await this.door?.close();
    this.clock.close();
  }
}

export interface ClientConfig {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  maxAttempts?: number;
}
