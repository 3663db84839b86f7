import type { IncomingMessage, ServerResponse } from 'node:http';
import { failureText } from '../failure-text';
import type { VirtualClock } from '../clock';
import { LoopbackServer } from '../loopback-server';
import type { CallLog, LoggedCall } from './call-log';
import { faultError, type FaultEffect, type Faults } from './faults';
import type { ResourceDirectory } from './iam/actions/action';
import { identify, signingScope } from './iam/authentication';
import type { Credentials } from './iam/credentials';
import type { Iam } from './iam/iam';
import { requiredActions } from './iam/required-actions';
import { NOT_SIMULATED, notSimulated } from './not-simulated';
import { protocolFor, type Protocol } from './protocol/protocol';
import { readRequest } from './protocol/read-request';
import type { OperationModel, ServiceModel } from './protocol/service-model';
import { serviceModel } from './protocol/service-models';
import type { WireError, WireRequest, WireResponse } from './protocol/wire';
import { isRawService } from './raw-service';
import { AwsError, type ServiceCall, type SimulatedService } from './service';

export interface DoorOptions {
  clock: VirtualClock;
  iam: Iam;
  services: readonly SimulatedService[];
  credentials: Credentials;
  callLog: CallLog;
  faults: Faults;
  /** What IAM asks the world about resources. */
  directory?: ResourceDirectory;
}

interface Room {
  service: SimulatedService;
  model: ServiceModel;
  protocol: Protocol;
}

/** The connection is to be destroyed instead of answered. */
const BROKEN = Symbol('broken connection');

/**
 * The embedded account's one HTTP server. SDK clients reach it by `AWS_ENDPOINT_URL` and any credentials that
 * `Credentials` issued; service and region come from the SigV4 scope, so one URL serves them all.
 *
 * Each call: who signed → which operation → may they (IAM) → does a fault strike → the service → the answer.
 */
export class Door {
  private readonly rooms = new Map<string, Room>();
  private readonly server = new LoopbackServer((request, response) => void this.answer(request, response));
  private requests = 0;

  constructor(private readonly options: DoorOptions) {}

  /** Starts to listen on a loopback port, any free one where none is named. */
  async listen(port?: number): Promise<{ url: string }> {
    for (const service of this.options.services) {
      const model = await serviceModel(service.signingName);
      this.rooms.set(service.signingName, { service, model, protocol: protocolFor(model) });
    }
    return { url: await this.server.listen(port) };
  }

  /** Stops listening and breaks what is still open. */
  close(): Promise<void> {
    return this.server.close();
  }

  private async answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    let result: WireResponse | typeof BROKEN;
    try {
      result = await this.respond(await readRequest(message));
    } catch (error) {
      // Before a protocol is known there is none to speak; after, `respond` does not throw.
      result = { status: 400, headers: { 'content-type': 'text/plain' }, body: String(error) };
    }
    if (result === BROKEN) {
      message.socket.destroy();
      return;
    }
    const body = message.method === 'HEAD' ? '' : result.body;
    const headers: Record<string, string | number> = { ...result.headers };
    if (message.method !== 'HEAD') headers['content-length'] = Buffer.byteLength(body);
    response.writeHead(result.status, headers);
    response.end(body);
  }

  private async respond(request: WireRequest): Promise<WireResponse | typeof BROKEN> {
    const scope = signingScope(request);
    if (scope === undefined) throw new Error('The request is not signed with SigV4');
    const room = this.rooms.get(scope.signingName);
    this.requests += 1;
    const requestId = requestIdOf(this.requests);
    if (room === undefined) return this.nobodyThere(scope.signingName, requestId);

    try {
      const caller = identify(scope, request, room.model.protocol, this.options.credentials);
      const operation = room.protocol.operationOf(request);
      if (operation === undefined) throw this.unknownOperation(room.model, request);
      const input = await room.protocol.decode(operation, request);
      const { region, signingName: service } = scope;
      const call: ServiceCall = { service, operation: operation.name, region, input, caller };
      return await this.serve(room, operation, call, request, requestId);
    } catch (error) {
      return room.protocol.encodeError(toWireError(error), requestId);
    }
  }

  /** Answered in the service's own protocol when its client is installed, so that the caller reads the reason. */
  private async nobodyThere(signingName: string, requestId: string): Promise<WireResponse> {
    const error = notSimulated(`the service "${signingName}"`);
    this.options.callLog.unserved.push(error.message);
    return protocolFor(await serviceModel(signingName)).encodeError(error, requestId);
  }

  private async serve(
    room: Room,
    operation: OperationModel,
    call: ServiceCall,
    request: WireRequest,
    requestId: string,
  ): Promise<WireResponse | typeof BROKEN> {
    const { callLog, clock, faults } = this.options;
    const logged = callLog.add(call, clock.now(), []);
    let fault: FaultEffect | undefined;
    try {
      await this.authorize(room, call, logged);
      fault = faults.take(call);
      if (fault !== undefined) {
        if (fault === 'drop') {
          logged.outcome = { kind: 'dropped' };
          return BROKEN;
        }
        const refusal = faultError(call.service, fault);
        if (refusal !== undefined) throw refusal;
      }
      const response = isRawService(room.service)
        ? await room.service.handleRaw(call, request)
        : room.protocol.encode(operation, await room.service.handle(call), requestId);
      if (response.status >= 400) logged.outcome = refusalOf(response);
      if (fault !== 'lose-answer') return response;
      logged.outcome = { kind: 'answer-lost' };
      return BROKEN;
    } catch (error) {
      const wire = toWireError(error);
      logged.outcome =
        wire.name === SIMULATOR_ERROR || wire.name === NOT_SIMULATED
          ? { kind: 'simulator-error', message: wire.message }
          : { kind: 'refused', error: wire.name, message: wire.message };
      // A refusal gets lost as easily as an answer.
      if (fault === 'lose-answer') return BROKEN;
      return room.protocol.encodeError(wire, requestId);
    }
  }

  private unknownOperation(model: ServiceModel, request: WireRequest): AwsError {
    const target = request.headers['x-amz-target'] ?? `${request.method} ${request.path}`;
    const error = notSimulated(`${target} of ${model.signingName}`);
    this.options.callLog.unserved.push(error.message);
    return error;
  }

  private async authorize(room: Room, call: ServiceCall, logged: LoggedCall): Promise<void> {
    const { iam, directory = {} } = this.options;
    const required = requiredActions(call, directory);
    logged.resources = required.map(({ resource }) => resource);
    const { roleArn, sessionName } = call.caller;
    for (const permission of required) {
      const decision = await iam.authorize({ roleArn, sessionName, region: call.region, ...permission });
      if (!decision.allowed) throw accessDenied(room.model, decision.message);
    }
  }
}

const SIMULATOR_ERROR = 'RehearsalSimulatorError';

/** Anything but an AwsError is a mistake of a simulated service: told to the caller, and never retried by the SDK. */
function toWireError(error: unknown): WireError {
  if (error instanceof AwsError) return error;
  const message = failureText(error);
  return { name: SIMULATOR_ERROR, message, httpStatus: 400, members: {} };
}

/** Source: IAM User Guide, "Troubleshoot access denied error messages"; the query and S3 protocols drop "Exception". */
function accessDenied(model: ServiceModel, message: string): AwsError {
  switch (model.protocol) {
    case 'awsJson1_0':
    case 'awsJson1_1':
      return new AwsError('AccessDeniedException', message);
    case 'restJson1':
      return new AwsError('AccessDeniedException', message, 403);
    case 'awsQuery':
    case 'restXml':
      return new AwsError('AccessDenied', message, 403);
  }
}

function refusalOf(response: WireResponse): LoggedCall['outcome'] {
  const body = JSON.parse(Buffer.from(response.body).toString('utf8')) as {
    __type?: string;
    message?: string;
    Message?: string;
  };
  const type = body.__type ?? '';
  return {
    kind: 'refused',
    error: type.slice(type.indexOf('#') + 1),
    message: body.message ?? body.Message ?? '',
  };
}

function requestIdOf(count: number): string {
  return `00000000-0000-4000-8000-${count.toString(16).padStart(12, '0')}`;
}
