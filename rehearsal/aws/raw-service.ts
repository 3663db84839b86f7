import type { WireRequest, WireResponse } from './protocol/wire';
import type { ServiceCall, SimulatedService } from './service';

/** A service that answers in its own wire format, because a package emulates it (DynamoDB). */
export interface RawService extends SimulatedService {
  /** Called after identity, permissions and faults, with the decoded call and the request as it arrived. */
  handleRaw(call: ServiceCall, request: WireRequest): Promise<WireResponse>;
}

export function isRawService(service: SimulatedService): service is RawService {
  return 'handleRaw' in service;
}
