import { XmlCodec } from '@aws-sdk/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { $Schema, $SchemaRef } from '@smithy/types';
import { checkShape } from './check-shape';
import { shapeError } from './error-shape';
import type { Protocol } from './protocol';
import { readQueryParameters } from './query-reader';
import { DATE_TIME, STRING, STRUCTURE } from './schema-numbers';
import type { OperationModel, ServiceModel } from './service-model';
import type { WireError, WireRequest, WireResponse } from './wire';

/**
 * awsQuery (CloudFormation, STS): form parameters in, XML out. The envelopes around results and errors are
 * schemas as well, so the SDK's own XML serializer writes them.
 * Source: Smithy 2.0, AWS query protocol, "Response serialization".
 */
export class QueryProtocol implements Protocol {
  private readonly codec: XmlCodec;

  constructor(private readonly model: ServiceModel) {
    this.codec = new XmlCodec({
      timestampFormat: { useTrait: true, default: DATE_TIME },
      httpBindings: false,
      xmlNamespace: model.xmlNamespace,
      serviceNamespace: model.namespace,
    });
  }

  operationOf(request: WireRequest): OperationModel | undefined {
    return this.model.operations.get(parameters(request).get('Action') ?? '');
  }

  decode(operation: OperationModel, request: WireRequest): Promise<Record<string, unknown>> {
    if (operation.input.isUnitSchema()) return Promise.resolve({});
    return Promise.resolve(readQueryParameters(operation.input, parameters(request)));
  }

  encode(operation: OperationModel, output: Record<string, unknown>, requestId: string): WireResponse {
    checkShape(operation.output, output, operation.name);
    const { name } = operation;
    const result = operation.output.isUnitSchema() ? this.structure(`${name}Result`, []) : operation.outputRef;
    const envelope = this.structure(`${name}Response`, [
      [`${name}Result`, result],
      ['ResponseMetadata', this.structure('ResponseMetadata', [['RequestId', STRING]])],
    ]);
    const body = this.write(envelope, { [`${name}Result`]: output, ResponseMetadata: { RequestId: requestId } });
    return { status: 200, headers: headers(requestId), body };
  }

  encodeError(error: WireError, requestId: string): WireResponse {
    const { code, status, message, members, model } = shapeError(this.model, error);
    const own: [string, $SchemaRef][] = [
      ['Type', STRING],
      ['Code', STRING],
      ['Message', STRING],
    ];
    for (const [name, member] of modelled(model?.schema)) {
      if (!own.some(([taken]) => taken.toLowerCase() === name.toLowerCase())) own.push([name, member.getSchema()]);
    }
    const envelope = this.structure('ErrorResponse', [
      ['Error', this.structure('Error', own)],
      ['RequestId', STRING],
    ]);
    const content = { ...members, Type: status < 500 ? 'Sender' : 'Receiver', Code: code, Message: message };
    return {
      status,
      headers: headers(requestId),
      body: this.write(envelope, { Error: content, RequestId: requestId }),
    };
  }

  private write(schema: $Schema, value: unknown): string {
    const serializer = this.codec.createSerializer();
    serializer.write(schema, value);
    return String(serializer.flush());
  }

  private structure(name: string, members: [string, $SchemaRef][]): $Schema {
    const names = members.map(([member]) => member);
    const schemas = members.map(([, schema]) => schema);
    return [STRUCTURE, this.model.namespace, name, 0, names, schemas] as unknown as $Schema;
  }
}

function* modelled(schema: NormalizedSchema | undefined): Generator<[string, NormalizedSchema]> {
  if (schema !== undefined) yield* schema.structIterator();
}

function parameters(request: WireRequest): URLSearchParams {
  return new URLSearchParams(request.body.toString('utf8'));
}

function headers(requestId: string): Record<string, string> {
  return { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
}
