import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod';
import { isAwsError } from '../aws-errors';
import { UpgradeError } from '../errors';
import type { ConsoleRef } from '../plan/console-plan';
import { readAnswer } from './answer';
import type { ConsoleAnswer, ConsoleCall } from './console-api';
import { perRegion } from '../per-region';
import { guarded } from '../guard/guard';

/** The name under which we act: the console writes it into its records as the operator. */
const IDENTITY = 'clickstream-upgrade';

/** A little more than the function itself may take. Source: awslabs/clickstream-analytics-on-aws, click-stream-api.ts (30 s) */
const REQUEST_TIMEOUT_MS = 40_000;

/** A client that asks once: a repeated request would upgrade a pipeline twice. */
const clientOf = perRegion((region) =>
  guarded(
    new LambdaClient({
      region,
      maxAttempts: 1,
      requestHandler: { requestTimeout: REQUEST_TIMEOUT_MS, throwOnRequestTimeout: true },
    }),
  ),
);

const response = z.object({ statusCode: z.number().int(), body: z.string() });

/**
 * Calls the API by invoking its function with the request that API Gateway would have made of ours.
 *
 * The function trusts who API Gateway says is calling, so whoever may invoke it is an operator of the console. That power
 * is fenced: the role of these steps may invoke functions of this one name only, the identity is a name of its own that no
 * person has, and its role is Operator, which may not manage users.
 *
 * Source: awslabs/clickstream-analytics-on-aws, api/common/utils.ts (the token is read from the request context and decoded),
 * api/middle-ware/auth-role.ts; Lambda Developer Guide, services-apigateway (proxy event)
 *
 * @throws of the SDK when the function was surely not run: no permission, no such function; UpgradeError LockLost
 */
export async function callByInvoke(console: ConsoleRef, call: ConsoleCall): Promise<ConsoleAnswer> {
  let output;
  try {
    output = await clientOf(console.region).send(
      new InvokeCommand({ FunctionName: console.apiFunction, Payload: Buffer.from(JSON.stringify(proxyEvent(call))) }),
    );
  } catch (error) {
    // The guard's refusal came before the call.
    if (error instanceof UpgradeError) throw error;
    if (isAwsError(error, 'AccessDeniedException', 'ResourceNotFoundException')) throw error;
    return { is: 'unknown', why: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
  const text = output.Payload === undefined ? '' : Buffer.from(output.Payload).toString('utf8');
  if (output.FunctionError !== undefined) return { is: 'unknown', why: `its function failed: ${text}` };
  const answered = response.safeParse(JSON.parse(text));
  if (!answered.success) return { is: 'unknown', why: `its function answered ${text}` };
  return readAnswer(answered.data.statusCode, answered.data.body);
}

/** The event of a REST API with a Lambda authorizer. */
function proxyEvent({ method, path, query = {}, body, requestId }: ConsoleCall): Record<string, unknown> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ...(requestId === undefined ? {} : { 'X-Click-Stream-Request-Id': requestId }),
  };
  return {
    resource: '/{proxy+}',
    path,
    httpMethod: method,
    headers,
    multiValueHeaders: manifold(headers),
    queryStringParameters: query,
    multiValueQueryStringParameters: manifold(query),
    pathParameters: { proxy: path.replace(/^\//, '') },
    stageVariables: null,
    requestContext: {
      stage: 'api',
      apiId: IDENTITY,
      resourceId: IDENTITY,
      resourcePath: '/{proxy+}',
      httpMethod: method,
      path: `/api${path}`,
      requestId: requestId ?? IDENTITY,
      identity: { sourceIp: '127.0.0.1', userAgent: IDENTITY },
      authorizer: {
        principalId: IDENTITY,
        email: IDENTITY,
        username: IDENTITY,
        authorizationToken: `Bearer ${unsignedToken()}`,
      },
    },
    body: body === undefined ? null : JSON.stringify(body),
    isBase64Encoded: false,
  };
}

/** Says who we are. It pretends to no signature: the part for it says so. */
function unsignedToken(): string {
  const header = { alg: 'none', typ: 'JWT' };
  const payload = { sub: IDENTITY, username: IDENTITY, 'cognito:groups': ['ClickstreamOperator'] };
  const parts = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return [...parts, 'unsigned'].join('.');
}

function manifold(values: Record<string, string>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, [value]]));
}
