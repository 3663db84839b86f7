import { isAtLeast } from '../../aws/cloudformation/solution/description';
import { NeverAnswers } from '../../aws/lambda/functions-api';
import { bare, userOf, type TokenIssuer } from './identity';
import { PipelineRoutes, type PipelineWorld } from './pipeline-routes';
import { fail, Refused, requestOfEvent, type ApiRequest, type ApiResponse } from './request';

/**
 * When a call gets lost:
 * - `before`: the function hangs before it has done anything;
 * - `unrecorded`: the workflow was started, the record not yet written;
 * - `after`: everything was done, only the answer is missing.
 */
export type Loss = 'before' | 'unrecorded' | 'after';

export interface ConsoleApiOptions extends Omit<PipelineWorld, 'afterStart'> {
  issuer: TokenIssuer;
  /** The console stands behind a load balancer: its function verifies tokens itself. */
  behindLoadBalancer: boolean;
}

/**
 * The API of the web console: who may call, which calls come twice, and the routes.
 * Source: awslabs/clickstream-analytics-on-aws, api/middle-ware/*.ts, api/router/*.ts, api/common/request-valid.ts
 */
export class ConsoleApi {
  /** Calls that got lost so far. */
  readonly lost: { route: string; loss: Loss }[] = [];
  /** Changes it was asked for and has made, whether or not the answer arrived. */
  readonly accepted: { route: string; id: string }[] = [];
  private readonly losses: { route: string; loss: Loss }[] = [];

  constructor(private readonly options: ConsoleApiOptions) {}

  /** The next call of this route (`upgrade`, `retry`, `timezone`, `details`) is lost. */
  lose(route: 'upgrade' | 'retry' | 'timezone' | 'details', loss: Loss): void {
    this.losses.push({ route, loss });
  }

  /** The API function's handler. */
  async handleEvent(event: unknown): Promise<Record<string, unknown>> {
    const response = await this.handle(() => requestOfEvent(event));
    return {
      statusCode: response.status,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(response.body),
      isBase64Encoded: false,
    };
  }

  /** @throws NeverAnswers where the call is lost */
  async handle(read: () => ApiRequest): Promise<ApiResponse> {
    try {
      return await this.answer(read());
    } catch (error) {
      if (error instanceof Refused) return error.response;
      throw error;
    }
  }

  private async answer(request: ApiRequest): Promise<ApiResponse> {
    if (!isAtLeast(this.options.version(), '1.1.0')) return fail(404, 'Not Found');
    const user = await userOf(this.token(request), (uid) => this.options.store.role(uid));
    if (user.role !== 'Admin' && user.role !== 'Operator') {
      return fail(403, 'Insufficient permissions to access the API.');
    }
    const route = routeOf(request);
    if (route === undefined) return fail(404, 'Not Found');
    const index = this.losses.findIndex((planned) => planned.route === route.name);
    const [planned] = index === -1 ? [] : this.losses.splice(index, 1);
    // One for each call: several are served at the same time.
    const loseIf = (when: Loss): void => {
      if (planned?.loss !== when) return;
      this.lost.push(planned);
      throw new NeverAnswers(`The call is lost (${when})`);
    };
    loseIf('before');
    const requestId = request.headers['x-click-stream-request-id'];
    if (request.method !== 'GET') await this.takeRequestId(requestId);
    const routes = new PipelineRoutes({ ...this.options, afterStart: () => loseIf('unrecorded') });
    const response = await serve(routes, route, request, user.uid);
    if (request.method !== 'GET' && response.status < 300) this.accepted.push({ route: route.name, id: route.id });
    if (response.status >= 500 && requestId !== undefined) await this.options.store.forgetRequestId(requestId);
    loseIf('after');
    return response;
  }

  /** With CloudFront, API Gateway has verified the token and hands it on; behind a load balancer nobody has. */
  private token(request: ApiRequest): string | undefined {
    if (!this.options.behindLoadBalancer) return request.authorizationToken;
    const authorization = request.headers['authorization'];
    if (authorization === undefined) throw new Refused(fail(401, 'No token found.'));
    if (!this.options.issuer.accepts(bare(authorization))) throw new Refused(fail(401, 'Error authentication token.'));
    return authorization;
  }

  private async takeRequestId(id: string | undefined): Promise<void> {
    const { store, now } = this.options;
    const reason =
      id === undefined || id === ''
        ? 'Value is empty.'
        : (await store.takeRequestId(id, now())) === 'known'
          ? 'Not Modified.'
          : undefined;
    if (reason === undefined) return;
    const error = [{ type: 'field', msg: reason, path: 'x-click-stream-request-id', location: 'headers' }];
    throw new Refused(fail(400, 'Parameter verification failed.', error));
  }
}

function serve(routes: PipelineRoutes, route: Route, request: ApiRequest, operator: string): Promise<ApiResponse> {
  switch (route.name) {
    case 'upgrade':
      return routes.upgrade(route.id, request, operator);
    case 'retry':
      return routes.retry(route.id, request);
    case 'timezone':
      return routes.timezone(route.id, request);
    case 'details':
      return routes.details(request);
  }
}

interface Route {
  name: 'upgrade' | 'retry' | 'timezone' | 'details';
  id: string;
}

function routeOf({ method, path }: ApiRequest): Route | undefined {
  const [, action, id = ''] =
    /^(POST upgrade|POST retry|PUT timezone|GET details) (.+)$/.exec(`${method} ${named(path)}`) ?? [];
  switch (action) {
    case 'POST upgrade':
      return { name: 'upgrade', id };
    case 'POST retry':
      return { name: 'retry', id };
    case 'PUT timezone':
      return { name: 'timezone', id };
    case 'GET details':
      return { name: 'details', id };
    default:
      return undefined;
  }
}

function named(path: string): string {
  const [, kind, id, action = 'details'] = /^\/api\/(pipeline|app)\/([A-Za-z0-9_]+)(?:\/(\w+))?$/.exec(path) ?? [];
  if (id === undefined) return '';
  const isKnown = kind === 'app' ? action === 'timezone' : action !== 'timezone';
  return isKnown ? `${action} ${id}` : '';
}
