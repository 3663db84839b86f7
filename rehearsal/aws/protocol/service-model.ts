import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';
import { ERROR, OPERATION } from './schema-numbers';

/** The wire protocols that the services of a rehearsal speak. */
export type ProtocolName = 'awsJson1_0' | 'awsJson1_1' | 'awsQuery' | 'restJson1' | 'restXml';

/** A service as its SDK client describes it: every operation and every modelled error. */
export interface ServiceModel {
  signingName: string;
  protocol: ProtocolName;
  namespace: string;
  xmlNamespace: string;
  operations: ReadonlyMap<string, OperationModel>;
  /** By the name the SDK gives the error's class. */
  errors: ReadonlyMap<string, ErrorModel>;
}

export interface OperationModel {
  name: string;
  input: NormalizedSchema;
  output: NormalizedSchema;
  /** The output's schema as exported, to be embedded into an envelope. */
  outputRef: $SchemaRef;
  /** REST protocols only. */
  http?: { method: string; uri: string; status: number };
}

export interface ErrorModel {
  name: string;
  /** What the wire says; differs from the name in the query protocol (`ChangeSetNotFound`). */
  code: string;
  httpStatus: number | undefined;
  schema: NormalizedSchema;
}

/** What is read from a client's resolved configuration. */
interface ClientConfig {
  protocol: { getShapeId(): string };
  protocolSettings: { defaultNamespace: string; xmlNamespace?: string };
}

const PROTOCOLS: readonly ProtocolName[] = ['awsJson1_0', 'awsJson1_1', 'awsQuery', 'restJson1', 'restXml'];

/**
 * Reads a service's model from its SDK client package, which exports the runtime schemas (`ExecuteStatement$`)
 * it serialises by itself; so both ends of the wire agree by construction.
 *
 * @throws Error when the client speaks a protocol that is not simulated
 */
export function readServiceModel(signingName: string, clientModule: object, client: { config: unknown }): ServiceModel {
  const config = client.config as ClientConfig;
  const shapeId = config.protocol.getShapeId();
  const protocol = PROTOCOLS.find((name) => shapeId === `aws.protocols#${name}`);
  if (protocol === undefined) throw new Error(`${signingName}: the protocol ${shapeId} is not simulated`);

  const operations = new Map<string, OperationModel>();
  const errors = new Map<string, ErrorModel>();
  for (const exported of Object.values(clientModule) as unknown[]) {
    if (!Array.isArray(exported)) continue;
    const [kind, , name, traits, fourth, fifth] = exported as [number, string, string, unknown, $SchemaRef, $SchemaRef];
    if (kind === OPERATION) {
      const http = (traits as { http?: [string, string, number] }).http;
      operations.set(name, {
        name,
        input: NormalizedSchema.of(fourth),
        output: NormalizedSchema.of(fifth),
        outputRef: fifth,
        ...(http === undefined ? {} : { http: { method: http[0], uri: http[1], status: http[2] } }),
      });
    }
    if (kind === ERROR) errors.set(name, readErrorModel(name, exported as unknown as $SchemaRef));
  }
  const { defaultNamespace, xmlNamespace = '' } = config.protocolSettings;
  return { signingName, protocol, namespace: defaultNamespace, xmlNamespace, operations, errors };
}

function readErrorModel(name: string, ref: $SchemaRef): ErrorModel {
  const schema = NormalizedSchema.of(ref);
  const { awsQueryError, httpError, error } = schema.getMergedTraits() as {
    awsQueryError?: [string, number];
    httpError?: number;
    error?: 'client' | 'server';
  };
  const httpStatus = awsQueryError?.[1] ?? httpError ?? (error === 'server' ? 500 : undefined);
  return { name, code: awsQueryError?.[0] ?? name, httpStatus, schema };
}
