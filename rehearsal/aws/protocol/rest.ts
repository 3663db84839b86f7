import { JsonCodec2, XmlCodec } from '@aws-sdk/core/protocols';
import type { $Schema } from '@smithy/types';
import { checkShape } from './check-shape';
import { shapeError } from './error-shape';
import type { Protocol } from './protocol';
import { readBindings, writeBindings, type BodyCodec } from './rest-bindings';
import { DATE_TIME, EPOCH_SECONDS, STRING, STRUCTURE } from './schema-numbers';
import type { OperationModel, ServiceModel } from './service-model';
import { compileUri, type UriPattern } from './uri-pattern';
import { utf8 } from './utf8';
import type { WireError, WireRequest, WireResponse } from './wire';

interface Route {
  operation: OperationModel;
  pattern: UriPattern;
  /** The operation is about a bucket: S3's templates leave it out. */
  onBucket: boolean;
}

/**
 * restJson1 (Lambda) and restXml (S3): operations by method and URI, members in path, query string, headers
 * and body. S3 is addressed path-style: the SDK does so by itself for an endpoint that is an IP address.
 */
export class RestProtocol implements Protocol {
  private readonly routes: Route[];
  private readonly codec: BodyCodec;
  private readonly isXml: boolean;
  private readonly isS3: boolean;

  constructor(private readonly model: ServiceModel) {
    this.isXml = model.protocol === 'restXml';
    this.isS3 = model.signingName === 's3';
    this.codec = this.isXml ? xmlCodec(model) : jsonCodec();
    this.routes = [...model.operations.values()]
      .flatMap((operation): Route[] => {
        if (operation.http === undefined) return [];
        const pattern = compileUri(operation.http.method, operation.http.uri);
        return [{ operation, pattern, onBucket: hasMember(operation, 'Bucket') }];
      })
      .sort((a, b) => b.pattern.specificity - a.pattern.specificity);
  }

  operationOf(request: WireRequest): OperationModel | undefined {
    return this.routeOf(request)?.route.operation;
  }

  decode(operation: OperationModel, request: WireRequest): Promise<Record<string, unknown>> {
    const labels = this.routeOf(request)?.labels ?? {};
    return readBindings(operation.input, request, labels, this.codec);
  }

  encode(operation: OperationModel, output: Record<string, unknown>, requestId: string): WireResponse {
    checkShape(operation.output, output, operation.name);
    const response = writeBindings(operation.output, output, this.codec);
    return {
      status: response.status ?? operation.http?.status ?? 200,
      headers: { ...response.headers, ...this.requestId(requestId) },
      body: response.body,
    };
  }

  encodeError(error: WireError, requestId: string): WireResponse {
    const { code, status, message, members, model } = shapeError(this.model, error);
    const headers = { 'content-type': this.codec.contentType, ...this.requestId(requestId) };
    if (!this.isXml) {
      const body = JSON.stringify({ ...members, ...(model === undefined ? { message } : {}) });
      return { status, headers: { ...headers, 'x-amzn-errortype': code }, body };
    }
    const strings = Object.entries({ ...members, Code: code, Message: message, RequestId: requestId }).filter(
      (member): member is [string, string] => typeof member[1] === 'string' && member[0] !== 'message',
    );
    const names = strings.map(([name]) => name);
    const schema = [STRUCTURE, this.model.namespace, 'Error', 0, names, names.map(() => STRING)] as unknown as $Schema;
    return { status, headers, body: this.codec.write(schema, Object.fromEntries(strings)) };
  }

  private routeOf(request: WireRequest): { route: Route; labels: Record<string, string> } | undefined {
    let { path } = request;
    let bucket: string | undefined;
    if (this.isS3) {
      const [, first, rest = '/'] = /^\/([^/]*)(\/.*)?$/.exec(path) ?? [];
      if (first !== undefined && first !== '') [bucket, path] = [decodeURIComponent(first), rest];
    }
    for (const route of this.routes) {
      if (route.pattern.method !== request.method || (this.isS3 && route.onBucket !== (bucket !== undefined))) continue;
      const labels = route.pattern.match(path, request.query);
      if (labels !== undefined) return { route, labels: bucket === undefined ? labels : { ...labels, Bucket: bucket } };
    }
    return undefined;
  }

  private requestId(requestId: string): Record<string, string> {
    return { [this.isS3 ? 'x-amz-request-id' : 'x-amzn-requestid']: requestId };
  }
}

function hasMember({ input }: OperationModel, name: string): boolean {
  return !input.isUnitSchema() && [...input.structIterator()].some(([member]) => member === name);
}

function jsonCodec(): BodyCodec {
  const codec = new JsonCodec2({
    timestampFormat: { useTrait: true, default: EPOCH_SECONDS },
    httpBindings: true,
    jsonName: true,
  });
  return {
    contentType: 'application/json',
    timestampFormat: EPOCH_SECONDS,
    read: async (schema, body) => (await codec.createDeserializer().read(schema, body.toString('utf8'))) as unknown,
    write: (schema, value) => {
      const serializer = codec.createSerializer();
      serializer.write(schema, value);
      return utf8(serializer.flush());
    },
  };
}

function xmlCodec(model: ServiceModel): BodyCodec {
  const codec = new XmlCodec({
    timestampFormat: { useTrait: true, default: DATE_TIME },
    httpBindings: true,
    xmlNamespace: model.xmlNamespace,
    serviceNamespace: model.namespace,
  });
  return {
    contentType: 'application/xml',
    timestampFormat: DATE_TIME,
    read: (schema, body) => Promise.resolve(codec.createDeserializer().read(schema, body)),
    write: (schema, value) => {
      const serializer = codec.createSerializer();
      serializer.write(schema, value);
      return `<?xml version="1.0" encoding="UTF-8"?>\n${String(serializer.flush())}`;
    },
  };
}
