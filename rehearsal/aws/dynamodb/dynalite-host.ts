import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import dynalite from 'dynalite';
import type { WireResponse } from '../protocol/wire';

/** Passes dynalite's check that a request looks signed; who signed was found out at the door. */
const SIGNED = 'AWS4-HMAC-SHA256 Credential=a/20200101/r/dynamodb/aws4_request, SignedHeaders=host, Signature=s';

/**
 * One dynalite store, called without a socket: its request handler gets an object that behaves like a request
 * and one that collects the response. No artificial delays.
 */
export class DynaliteHost {
  private readonly server: Server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });

  /** @param body JSON, the operation's input as on the wire */
  call(operation: string, body: string | Buffer): Promise<WireResponse> {
    return new Promise((resolve) => {
      const request = Object.assign(new EventEmitter(), {
        method: 'POST',
        url: '/',
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amz-target': `DynamoDB_20120810.${operation}`,
          'x-amz-date': '20200101T000000Z',
          authorization: SIGNED,
        },
      });
      const headers: Record<string, string> = {};
      const response = {
        statusCode: 200,
        contentType: '',
        setHeader: (name: string, value: unknown) => {
          headers[name.toLowerCase()] = String(value);
        },
        end: (text = '') => resolve({ status: response.statusCode, headers, body: text }),
      };
      this.server.emit('request', request, response);
      request.emit('data', Buffer.from(body));
      request.emit('end');
    });
  }

  /** Calls with a structure and returns one. @throws Error on any error of the operation */
  async json(operation: string, input: object): Promise<Record<string, unknown>> {
    const { status, body } = await this.call(operation, JSON.stringify(input));
    const answer = JSON.parse(String(body)) as Record<string, unknown>;
    if (status >= 400) throw new Error(`DynamoDB ${operation}: ${JSON.stringify(answer)}`);
    return answer;
  }
}
