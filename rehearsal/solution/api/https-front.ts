import type { IncomingMessage, ServerResponse } from 'node:http';
import { NeverAnswers } from '../../aws/lambda/functions-api';
import type { VirtualClock } from '../../clock';
import { LoopbackServer } from '../../loopback-server';
import type { ConsoleApi } from './console-api';
import { bare, type TokenIssuer } from './identity';
import { parsedBody, type ApiRequest } from './request';

export interface FrontOptions {
  clock: VirtualClock;
  api: ConsoleApi;
  issuer: TokenIssuer;
  behindLoadBalancer: boolean;
}

/**
 * What stands before the API function: API Gateway with its authorizer (after CloudFront), or a load balancer. Plain HTTP
 * on the loopback interface stands in for TLS.
 */
export class ConsoleFront {
  private readonly server = new LoopbackServer((request, response) => void this.answer(request, response));

  constructor(private readonly options: FrontOptions) {}

  /** Begins to listen and answers with the console's URL. */
  listen(): Promise<string> {
    return this.server.listen();
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private async answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(message);
    const url = new URL(message.url ?? '/', 'http://console');
    const headers = Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : (value ?? ''),
      ]),
    );
    const authorization = headers['authorization'];
    const { api, issuer, behindLoadBalancer } = this.options;
    // Source: awslabs/clickstream-analytics-on-aws, authorizer.ts; API Gateway answers for its authorizer
    if (!behindLoadBalancer && (authorization === undefined || !issuer.accepts(bare(authorization)))) {
      send(response, authorization === undefined ? 401 : 403, { message: 'Unauthorized' });
      return;
    }
    try {
      const { status, body: answer } = await api.handle((): ApiRequest => ({
        method: message.method ?? 'GET',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers,
        body: parsedBody(body),
        ...(behindLoadBalancer || authorization === undefined ? {} : { authorizationToken: authorization }),
      }));
      send(response, status, answer);
    } catch (error) {
      if (error instanceof NeverAnswers) await this.letTimePass();
      // API Gateway gives up after 29 seconds, a load balancer when its function has failed. Source: API Gateway quotas
      if (error instanceof NeverAnswers && !behindLoadBalancer) {
        send(response, 504, { message: 'Endpoint request timed out' });
      } else send(response, 502, { message: 'Internal server error' });
    }
  }

  private async letTimePass(): Promise<void> {
    const resume = this.options.clock.park();
    try {
      await this.options.clock.sleep(GATEWAY_TIMEOUT_MS);
    } finally {
      resume();
    }
  }
}

const GATEWAY_TIMEOUT_MS = 29_000;

function send(response: ServerResponse, status: number, body: Record<string, unknown>): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

async function text(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
