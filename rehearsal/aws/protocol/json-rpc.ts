import { JsonCodec2 } from '@aws-sdk/core/protocols';
import { checkShape } from './check-shape';
import { shapeError } from './error-shape';
import type { Protocol } from './protocol';
import { EPOCH_SECONDS } from './schema-numbers';
import type { OperationModel, ServiceModel } from './service-model';
import { utf8 } from './utf8';
import type { WireError, WireRequest, WireResponse } from './wire';

/**
 * awsJson 1.0 and 1.1: one POST, the operation in `X-Amz-Target`, JSON both ways, errors by `__type`.
 * Source: Smithy 2.0, AWS JSON 1.0 and 1.1 protocols.
 */
export class JsonRpcProtocol implements Protocol {
  private readonly codec = new JsonCodec2({
    timestampFormat: { useTrait: true, default: EPOCH_SECONDS },
    jsonName: false,
  });
  private readonly contentType: string;

  constructor(private readonly model: ServiceModel) {
    this.contentType = `application/x-amz-json-${model.protocol === 'awsJson1_0' ? '1.0' : '1.1'}`;
  }

  operationOf(request: WireRequest): OperationModel | undefined {
    const target = request.headers['x-amz-target'] ?? '';
    return this.model.operations.get(target.slice(target.lastIndexOf('.') + 1));
  }

  async decode(operation: OperationModel, request: WireRequest): Promise<Record<string, unknown>> {
    if (operation.input.isUnitSchema()) return {};
    const text = request.body.toString('utf8');
    return (await this.codec.createDeserializer().read(operation.input, text)) as Record<string, unknown>;
  }

  encode(operation: OperationModel, output: Record<string, unknown>, requestId: string): WireResponse {
    checkShape(operation.output, output, operation.name);
    let body: Uint8Array | string = '{}';
    if (!operation.output.isUnitSchema()) {
      const serializer = this.codec.createSerializer();
      serializer.write(operation.output, output);
      body = serializer.flush();
    }
    return { status: 200, headers: this.headers(requestId), body };
  }

  encodeError(error: WireError, requestId: string): WireResponse {
    const { code, status, message, members, model } = shapeError(this.model, error);
    let content: unknown = members;
    if (model !== undefined) {
      const serializer = this.codec.createSerializer();
      serializer.write(model.schema, members);
      content = JSON.parse(utf8(serializer.flush()));
    }
    const body = JSON.stringify({ __type: code, message, ...(content as object) });
    return { status, headers: this.headers(requestId), body };
  }

  private headers(requestId: string): Record<string, string> {
    return { 'content-type': this.contentType, 'x-amzn-requestid': requestId };
  }
}
