import type { IncomingMessage } from 'node:http';
import type { WireRequest } from './wire';

/** Far above what a step sends; S3 itself would take 5 GB. */
const LARGEST_BODY_BYTES = 64 * 1024 * 1024;

/**
 * Reads a request to its end and undoes S3's chunked signing format, in which the SDK sends streams.
 *
 * @throws Error when the body is too large
 */
export async function readRequest(message: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) throw new Error(`A request body of more than ${LARGEST_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  const url = message.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: message.method ?? 'GET',
    path: mark === -1 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1)),
    headers,
    body: headers['x-amz-content-sha256']?.startsWith('STREAMING-') ? unchunk(body, headers) : body,
  };
}

/**
 * `<size in hex>[;extensions]\r\n<bytes>\r\n … 0\r\n<trailers>`.
 * Source: S3 API Reference, "Signature calculations: transferring payload in multiple chunks".
 */
function unchunk(body: Buffer, headers: Record<string, string>): Buffer {
  const parts: Buffer[] = [];
  let position = 0;
  for (;;) {
    const lineEnd = body.indexOf('\r\n', position);
    const size = Number.parseInt(body.toString('latin1', position, lineEnd), 16);
    if (lineEnd === -1 || Number.isNaN(size)) throw new Error('A body that is not aws-chunked although it says so');
    if (size === 0) break;
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    position = lineEnd + 2 + size + 2;
  }
  const rest = (headers['content-encoding'] ?? '').split(/,\s*/).filter((name) => name !== 'aws-chunked');
  if (rest.join('') === '') delete headers['content-encoding'];
  else headers['content-encoding'] = rest.join(',');
  return Buffer.concat(parts);
}
