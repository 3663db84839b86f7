import { createHash } from 'node:crypto';
import type { VirtualClock } from '../../clock';
import { parseRoleArn } from '../arns';
import type { Caller } from '../service';

/** What a caller signs with. */
export interface IssuedCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** Virtual time; absent for credentials that their holder renews by itself (a Lambda's environment). */
  expiration?: Date;
}

export interface KnownCredentials extends IssuedCredentials {
  caller: Caller;
}

/** Every access key of the embedded account: temporary ones, each bound to a session of a role. */
export class Credentials {
  private issued: number;

  /** @param byAccessKey keys that are known already, for those who go on signing with them; new ones are added */
  constructor(
    private readonly clock: VirtualClock,
    private readonly byAccessKey = new Map<string, KnownCredentials>(),
  ) {
    // A key that was issued again would end at another time than whoever has it already was told.
    this.issued = byAccessKey.size;
  }

  /**
   * A new access key for a session of the role, as Lambda puts it into a function's environment.
   *
   * @param durationMs how long it is valid; for ever when left out
   */
  issueForRole(roleArn: string, sessionName: string, durationMs?: number): IssuedCredentials {
    const { accountId } = parseRoleArn(roleArn);
    this.issued += 1;
    // Derived from a count, not random: two runs with the same seed sign with the same keys.
    const digest = createHash('sha256').update(`${this.issued}/${roleArn}/${sessionName}`).digest();
    const accessKeyId = `ASIA${base32(digest).slice(0, 16)}`;
    const issued: IssuedCredentials = {
      accessKeyId,
      secretAccessKey: digest.toString('base64').slice(0, 40),
      sessionToken: `rehearsal/${digest.toString('hex')}`,
      ...(durationMs === undefined ? {} : { expiration: new Date(this.clock.now() + durationMs) }),
    };
    this.byAccessKey.set(accessKeyId, { ...issued, caller: { accountId, roleArn, sessionName, accessKeyId } });
    return issued;
  }

  find(accessKeyId: string): KnownCredentials | undefined {
    return this.byAccessKey.get(accessKeyId);
  }

  /** Temporary credentials end at their expiration, to the millisecond. */
  isExpired(known: KnownCredentials): boolean {
    return known.expiration !== undefined && this.clock.now() >= known.expiration.getTime();
  }
}

function base32(bytes: Buffer): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return [...bytes].map((byte) => alphabet[byte & 31]).join('');
}

/**
 * The unique id of a role session, which policies see as `aws:userid`.
 * Source: IAM User Guide, "AWS global condition context keys", aws:userid: role id and session name.
 */
export function userIdOf(caller: { roleArn: string; sessionName: string }): string {
  const roleId = `AROA${base32(createHash('sha256').update(caller.roleArn).digest()).slice(0, 17)}`;
  return `${roleId}:${caller.sessionName}`;
}
