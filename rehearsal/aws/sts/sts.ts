import { parseRoleArn, sessionArn } from '../arns';
import { userIdOf, type Credentials } from '../iam/credentials';
import { text } from '../input';
import { notSimulated, refuseOtherMembers } from '../not-simulated';
import { AwsError, type ServiceCall, type SimulatedService } from '../service';

const DEFAULT_SECONDS = 3600;
const SHORTEST_SECONDS = 900;
/** Every caller here is a role session already. Source: IAM User Guide, "Roles terms and concepts", role chaining. */
const LONGEST_CHAINED_SECONDS = 3600;

/**
 * AWS STS: role sessions with an end, in virtual time. Trust is the door's business, as all permissions are.
 */
export class Sts implements SimulatedService {
  readonly signingName = 'sts';

  constructor(private readonly credentials: Credentials) {}

  handle(call: ServiceCall): Promise<Record<string, unknown>> {
    switch (call.operation) {
      case 'AssumeRole':
        return Promise.resolve(this.assumeRole(call));
      case 'GetCallerIdentity':
        return Promise.resolve(callerIdentity(call));
      default:
        throw notSimulated(`sts:${call.operation}`);
    }
  }

  private assumeRole(call: ServiceCall): Record<string, unknown> {
    refuseOtherMembers(call, ['RoleArn', 'RoleSessionName', 'DurationSeconds', 'ExternalId']);
    const roleArn = text(call, 'RoleArn');
    const sessionName = text(call, 'RoleSessionName');
    const seconds = Number(call.input['DurationSeconds'] ?? DEFAULT_SECONDS);
    validate(roleArn, sessionName, seconds);
    const issued = this.credentials.issueForRole(roleArn, sessionName, seconds * 1000);
    return {
      Credentials: {
        AccessKeyId: issued.accessKeyId,
        SecretAccessKey: issued.secretAccessKey,
        SessionToken: issued.sessionToken,
        Expiration: issued.expiration,
      },
      AssumedRoleUser: { AssumedRoleId: userIdOf({ roleArn, sessionName }), Arn: sessionArn(roleArn, sessionName) },
    };
  }
}

/** Source: STS API Reference, AssumeRole: patterns and ranges; messages as the service words them. */
function validate(roleArn: string, sessionName: string, seconds: number): void {
  if (!/^[\w+=,.@-]{2,64}$/.test(sessionName)) {
    throw invalid(
      `1 validation error detected: Value '${sessionName}' at 'roleSessionName' failed to satisfy constraint: ` +
        `Member must satisfy regular expression pattern: [\\w+=,.@-]*`,
    );
  }
  if (seconds < SHORTEST_SECONDS) {
    throw invalid(
      `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: ` +
        `Member must have value greater than or equal to ${SHORTEST_SECONDS}`,
    );
  }
  if (seconds > LONGEST_CHAINED_SECONDS) {
    throw invalid('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining');
  }
  parseRoleArn(roleArn);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

function callerIdentity(call: ServiceCall): Record<string, unknown> {
  const { accountId, roleArn, sessionName } = call.caller;
  return { Account: accountId, Arn: sessionArn(roleArn, sessionName), UserId: userIdOf(call.caller) };
}
