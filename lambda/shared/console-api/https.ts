import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { ErrorCode, UpgradeError } from '../errors';
import type { ConsoleRef } from '../plan/console-plan';
import { readAnswer } from './answer';
import type { ConsoleAnswer, ConsoleCall } from './console-api';
import { perRegion } from '../per-region';
import { beforeAct, guarded } from '../guard/guard';

/** A little more than API Gateway and the function may take. */
const REQUEST_TIMEOUT_MS = 40_000;

/** The secret itself is read anew for each call: tokens live an hour. */
const secretsManager = perRegion((region) => guarded(new SecretsManagerClient({ region })));

/**
 * Calls the API at the console's own address, with a token of its identity provider. Redirects are not followed: they
 * would take the token along.
 * Source: awslabs/clickstream-analytics-on-aws, cloudfront-control-plane-stack.ts and alb-control-plane-stack.ts (`/api/*`)
 */
export async function callByHttps(console: ConsoleRef, secretArn: string, call: ConsoleCall): Promise<ConsoleAnswer> {
  const token = await readToken(secretArn);
  const url = new URL(`${console.url.replace(/\/+$/, '')}${call.path}`);
  for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);
  // No SDK client makes this call, so nobody else asks.
  if (call.method !== 'GET') await beforeAct();
  try {
    const response = await fetch(url, {
      method: call.method,
      redirect: 'manual',
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(call.requestId === undefined ? {} : { 'x-click-stream-request-id': call.requestId }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    });
    return readAnswer(response.status, await response.text());
  } catch (error) {
    return { is: 'unknown', why: reasonOf(error) };
  }
}

/** Members of a JSON secret that may hold the token, the likelier first. */
const TOKEN_MEMBERS = ['token', 'access_token', 'accessToken', 'id_token', 'idToken'];
const jsonSecret = z.record(z.string(), z.unknown());

/** A secret is the token itself, or JSON with the token in it; with or without `Bearer`. */
async function readToken(secretArn: string): Promise<string> {
  const region = secretArn.split(':')[3] ?? '';
  const { SecretString: secret = '' } = await secretsManager(region).send(
    new GetSecretValueCommand({ SecretId: secretArn }),
  );
  const token = tokenIn(secret)
    .replace(/^Bearer\s+/i, '')
    .trim();
  if (/^[\w.~+/=-]+$/.test(token)) return token;
  throw new UpgradeError({
    code: ErrorCode.ConsoleRefused,
    what: 'There is no token for the web console.',
    why: `The secret ${secretArn} is neither a token nor JSON with a member ${TOKEN_MEMBERS.join(', ')}.`,
    next: 'Put a valid token of the console’s identity provider into the secret, then redrive.',
    redrive: 'yes',
    ids: { secret: secretArn },
  });
}

function tokenIn(secret: string): string {
  if (!secret.trimStart().startsWith('{')) return secret;
  try {
    const members = jsonSecret.parse(JSON.parse(secret));
    return TOKEN_MEMBERS.map((member) => members[member]).find((value) => typeof value === 'string') ?? '';
  } catch {
    return '';
  }
}

/** `fetch` says "fetch failed" and puts the reason into the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : `${error.name}: ${error.message}`;
}
