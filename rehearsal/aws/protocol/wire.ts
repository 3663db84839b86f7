/** An HTTP request as it arrived, its body complete. */
export interface WireRequest {
  method: string;
  /** As sent: percent-encoded, without the query string. */
  path: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
}

/** An HTTP answer, ready to be sent. */
export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array | string;
}

/** An error on its way to the wire, whoever raised it. */
export interface WireError {
  name: string;
  message: string;
  httpStatus: number;
  members: Record<string, unknown>;
}
