import { text } from '../input';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall, type SimulatedService } from '../service';

export interface Secret {
  region: string;
  name: string;
  /** Ends in a hyphen and six random characters. */
  arn: string;
  value: string;
  createdMs: number;
}

/** Reading of secrets. Source: AWS Secrets Manager API Reference, GetSecretValue */
export class SecretsManager implements SimulatedService {
  readonly signingName = 'secretsmanager';
  private readonly secrets: Secret[] = [];

  /** Adds a secret, or gives it another value. */
  put(secret: Secret): void {
    const index = this.secrets.findIndex(({ arn }) => arn === secret.arn);
    if (index === -1) this.secrets.push(secret);
    else this.secrets[index] = secret;
  }

  handle(call: ServiceCall): Promise<Record<string, unknown>> {
    return new Promise((resolve) => resolve(this.answer(call)));
  }

  private answer(call: ServiceCall): Record<string, unknown> {
    if (call.operation !== 'GetSecretValue') throw notSimulated(`secretsmanager:${call.operation}`);
    refuseOtherMembers(call, ['SecretId']);
    const id = text(call, 'SecretId');
    const secret = this.secrets.find(({ region, name, arn }) => region === call.region && (name === id || arn === id));
    if (secret === undefined) {
      throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    }
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: '00000000-0000-4000-8000-000000000001',
      SecretString: secret.value,
      VersionStages: ['AWSCURRENT'],
      CreatedDate: new Date(secret.createdMs),
    };
  }
}
