import { createHmac, timingSafeEqual } from 'node:crypto';
import { fail, Refused } from './request';

export type Claims = Record<string, unknown>;

/** Stands in for the identity provider: it signs tokens, and knows its own. Not RS256 with published keys: nobody else looks. */
export class TokenIssuer {
  constructor(
    private readonly now: () => number,
    private readonly key = 'the identity provider of a rehearsal',
  ) {}

  /** @param lifeSeconds an hour where it is left out, as Cognito's tokens */
  issue(claims: Claims, lifeSeconds = 3_600): string {
    const exp = Math.floor(this.now() / 1_000) + lifeSeconds;
    const content = [
      { alg: 'HS256', typ: 'JWT' },
      { ...claims, exp },
    ]
      .map(encoded)
      .join('.');
    return `${content}.${this.signature(content)}`;
  }

  /** Whether it is one of ours and still good. */
  accepts(token: string): boolean {
    const [header = '', payload = '', signature = ''] = token.split('.');
    const expected = this.signature(`${header}.${payload}`);
    if (signature.length !== expected.length || !timingSafeEqual(Buffer.from(signature), Buffer.from(expected)))
      return false;
    const exp = claimsOf(token)?.['exp'];
    return typeof exp === 'number' && exp * 1_000 > this.now();
  }

  private signature(content: string): string {
    return createHmac('sha256', this.key).update(content).digest('base64url');
  }
}

function encoded(part: Claims): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

/** What a token says, unverified; undefined when it does not have a token's three parts. */
function claimsOf(token: string): Claims | undefined {
  const parts = token.split('.');
  if (parts.length !== 3) return undefined;
  try {
    const [header, payload] = parts.slice(0, 2).map((part) => JSON.parse(textOf(part)) as unknown);
    return isObject(header) && isObject(payload) ? payload : undefined;
  } catch {
    return undefined;
  }
}

function textOf(part: string): string {
  return Buffer.from(part, 'base64url').toString('utf8');
}

function isObject(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface User {
  uid: string;
  role: string | undefined;
}

/**
 * Who calls, by the token alone, and in what role: that of the user's item, else that of the token's groups.
 * Source: awslabs/clickstream-analytics-on-aws, api/common/utils.ts (getUidFromTokenPayload, getRoleFromToken),
 * api/middle-ware/auth-role.ts, api/common/constants.ts
 *
 * @throws Refused 401 without a token or without a user in it
 */
export async function userOf(
  authorization: string | undefined,
  roleOf: (uid: string) => Promise<string | undefined>,
): Promise<User> {
  const claims = authorization === undefined ? undefined : claimsOf(bare(authorization));
  if (claims === undefined) throw new Refused(fail(401, 'No token found.'));
  const uid = ['email', 'username', 'preferred_username', 'sub'].map((claim) => claims[claim]).find(isText);
  if (uid === undefined) throw new Refused(fail(401, 'Error authentication token.'));
  const groups = claims['cognito:groups'];
  const ofGroups = Array.isArray(groups) ? groups.map((group) => ROLES.get(String(group))).find(isText) : undefined;
  return { uid, role: (await roleOf(uid)) ?? ofGroups };
}

const ROLES = new Map([
  ['ClickstreamAdmin', 'Admin'],
  ['ClickstreamOperator', 'Operator'],
]);

export function bare(authorization: string): string {
  return authorization.replace(/^Bearer /i, '');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
