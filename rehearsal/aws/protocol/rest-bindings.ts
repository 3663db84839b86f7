import { FromStringShapeDeserializer, ToStringShapeSerializer } from '@smithy/core/protocols';
import type { NormalizedSchema } from '@smithy/core/schema';
import type { $Schema, CodecSettings } from '@smithy/types';
import type { WireRequest } from './wire';

/** What a REST protocol puts into bodies: JSON or XML. */
export interface BodyCodec {
  contentType: string;
  timestampFormat: CodecSettings['timestampFormat']['default'];
  read(schema: $Schema, body: Buffer): Promise<unknown>;
  write(schema: $Schema, value: unknown): string;
}

interface Bindings {
  httpLabel?: number;
  httpHeader?: string;
  httpQuery?: string;
  httpQueryParams?: number;
  httpPrefixHeaders?: string;
  httpPayload?: number;
  httpResponseCode?: number;
}

/** Collects an operation's input from all the places where the HTTP binding traits put its members. */
export async function readBindings(
  schema: NormalizedSchema,
  request: WireRequest,
  labels: Record<string, string>,
  codec: BodyCodec,
): Promise<Record<string, unknown>> {
  const input: Record<string, unknown> = {};
  if (schema.isUnitSchema()) return input;
  const strings = new FromStringShapeDeserializer(settings(codec));
  const inBody: string[] = [];
  for (const [name, member] of schema.structIterator()) {
    const at = bindingsOf(member);
    if (at.httpPayload) {
      if (request.body.length > 0 || member.isStreaming()) input[name] = await readPayload(member, request.body, codec);
    } else if (at.httpPrefixHeaders !== undefined) {
      input[name] = prefixed(request.headers, at.httpPrefixHeaders.toLowerCase());
    } else if (at.httpQueryParams) {
      input[name] = Object.fromEntries(request.query);
    } else if (at.httpQuery !== undefined && member.isListSchema()) {
      const values = request.query.getAll(at.httpQuery);
      if (values.length > 0) input[name] = values;
    } else if (at.httpLabel ?? at.httpHeader ?? at.httpQuery) {
      const text = at.httpLabel
        ? labels[name]
        : at.httpHeader !== undefined
          ? request.headers[at.httpHeader.toLowerCase()]
          : (request.query.get(at.httpQuery ?? '') ?? undefined);
      if (text !== undefined) input[name] = strings.read(member, text) as unknown;
    } else inBody.push(name);
  }
  if (inBody.length > 0 && request.body.length > 0) {
    const body = (await codec.read(schema, request.body)) as Record<string, unknown>;
    for (const name of inBody) if (body[name] !== undefined) input[name] = body[name];
  }
  return input;
}

/** Distributes an operation's output to status, headers and body. */
export function writeBindings(
  schema: NormalizedSchema,
  output: Record<string, unknown>,
  codec: BodyCodec,
): { status: number | undefined; headers: Record<string, string>; body: Uint8Array | string } {
  const headers: Record<string, string> = {};
  const inBody: Record<string, unknown> = {};
  let status: number | undefined;
  let payload: Uint8Array | string | undefined;
  let hasBodyMembers = false;
  const strings = new ToStringShapeSerializer(settings(codec));
  for (const [name, member] of schema.isUnitSchema() ? [] : schema.structIterator()) {
    const at = bindingsOf(member);
    const value = output[name];
    const bound = at.httpPayload ?? at.httpResponseCode ?? at.httpPrefixHeaders ?? at.httpHeader;
    hasBodyMembers ||= bound === undefined;
    if (value === undefined || value === null) continue;
    if (at.httpPayload) {
      const raw = member.isStructSchema() ? codec.write(member, value) : (value as Uint8Array | string);
      if (member.isStructSchema()) headers['content-type'] ??= codec.contentType;
      payload = raw;
    } else if (at.httpResponseCode) status = value as number;
    else if (at.httpPrefixHeaders !== undefined) {
      for (const [key, text] of Object.entries(value as Record<string, string>)) {
        headers[at.httpPrefixHeaders + key] = text;
      }
    } else if (at.httpHeader !== undefined) {
      strings.write(member, value);
      headers[at.httpHeader.toLowerCase()] = strings.flush();
    } else inBody[name] = value;
  }
  if (payload === undefined && hasBodyMembers) {
    headers['content-type'] ??= codec.contentType;
    payload = codec.write(schema, inBody);
  }
  return { status, headers, body: payload ?? '' };
}

async function readPayload(member: NormalizedSchema, body: Buffer, codec: BodyCodec): Promise<unknown> {
  if (member.isBlobSchema()) return body;
  if (member.isStringSchema()) return body.toString('utf8');
  return codec.read(member, body);
}

function prefixed(headers: Record<string, string>, prefix: string): Record<string, string> {
  const own = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(prefix.length), value]));
}

function bindingsOf(member: NormalizedSchema): Bindings {
  return member.getMergedTraits();
}

function settings(codec: BodyCodec): CodecSettings {
  return { timestampFormat: { useTrait: true, default: codec.timestampFormat }, httpBindings: true };
}
