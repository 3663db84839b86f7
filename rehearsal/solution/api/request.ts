/** A request to the console's API, whichever way it came. */
export interface ApiRequest {
  method: string;
  /** For example `/api/pipeline/<id>/upgrade`. */
  path: string;
  query: Record<string, string>;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Record<string, unknown>;
  /** What API Gateway's authorizer handed on: `Bearer <token>`. */
  authorizationToken?: string;
}

export interface ApiResponse {
  status: number;
  body: Record<string, unknown>;
}

/** Source: awslabs/clickstream-analytics-on-aws, api/common/types.ts (ApiSuccess, ApiFail) */
export function success(status: number, data: unknown, message = ''): ApiResponse {
  return { status, body: { success: true, message, data } };
}

export function fail(status: number, message: string, error?: unknown): ApiResponse {
  return { status, body: { success: false, message, ...(error === undefined ? {} : { error }) } };
}

/** A request that the API ends with this answer. */
export class Refused extends Error {
  override readonly name = 'Refused';

  constructor(readonly response: ApiResponse) {
    super(String(response.body['message']));
  }
}

/**
 * The request in a proxy event of a REST API. The solution's functions run a web server behind the Lambda Web Adapter,
 * which hands on path, query, headers and, as a header, the request context. Source: awslabs/aws-lambda-web-adapter, README
 *
 * @throws Error for what the adapter does not take for a request
 */
export function requestOfEvent(event: unknown): ApiRequest {
  const { httpMethod, path, headers, queryStringParameters, body, requestContext } = (event ?? {}) as ProxyEvent;
  if (httpMethod === undefined || path === undefined || requestContext === undefined) {
    throw new Error('The event is no request of a REST API');
  }
  const token = requestContext.authorizer?.['authorizationToken'];
  return {
    method: httpMethod,
    path,
    query: queryStringParameters ?? {},
    headers: lowerCased(headers ?? {}),
    body: parsedBody(body ?? ''),
    ...(typeof token === 'string' ? { authorizationToken: token } : {}),
  };
}

interface ProxyEvent {
  httpMethod?: string;
  path?: string;
  headers?: Record<string, string> | null;
  queryStringParameters?: Record<string, string> | null;
  body?: string | null;
  requestContext?: { authorizer?: Record<string, unknown> };
}

/** Express answers 400 to a body that is no JSON object. */
export function parsedBody(text: string): Record<string, unknown> {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw new Refused(fail(400, 'Unexpected token in JSON'));
}

function lowerCased(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
