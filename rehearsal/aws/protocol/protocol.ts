import type { OperationModel, ServiceModel } from './service-model';
import type { WireError, WireRequest, WireResponse } from './wire';
import { JsonRpcProtocol } from './json-rpc';
import { QueryProtocol } from './query';
import { RestProtocol } from './rest';

/** The server's side of one of AWS's wire protocols, for one service. */
export interface Protocol {
  /** The operation a request asks for, or undefined when the service has no such operation. */
  operationOf(request: WireRequest): OperationModel | undefined;
  /** @throws Error when the body is not what the protocol says */
  decode(operation: OperationModel, request: WireRequest): Promise<Record<string, unknown>>;
  encode(operation: OperationModel, output: Record<string, unknown>, requestId: string): WireResponse;
  encodeError(error: WireError, requestId: string): WireResponse;
}

export function protocolFor(model: ServiceModel): Protocol {
  switch (model.protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
      return new JsonRpcProtocol(model);
    case 'awsQuery':
      return new QueryProtocol(model);
    case 'restJson1':
    case 'restXml':
      return new RestProtocol(model);
  }
}
