import * as z from 'zod';
import type { ConsoleAnswer } from './console-api';

/** Source: awslabs/clickstream-analytics-on-aws, api/common/types.ts (ApiSuccess, ApiFail) */
const apiBody = z.object({
  success: z.boolean(),
  message: z.string().optional(),
  data: z.unknown().optional(),
  error: z.unknown().optional(),
});

/** Throttled by API Gateway, or too slow for it: whether the function ran is not known. */
const UNKNOWN_STATUSES = new Set([408, 429]);

/** Reads an HTTP answer of the console. */
export function readAnswer(status: number, text: string): ConsoleAnswer {
  if (status >= 500 || UNKNOWN_STATUSES.has(status)) {
    return { is: 'unknown', why: `it answered ${String(status)}: ${shortened(text)}` };
  }
  const body = apiBody.safeParse(parsedJson(text));
  if (!body.success) {
    // CloudFront answers 200 with the web page for what API Gateway has refused. Source: same repository,
    // cloudfront-control-plane-stack.ts (error responses)
    const hint = text.trimStart().startsWith('<') ? 'It answered with a web page: the token was not accepted.' : '';
    return { is: 'refused', status, message: hint === '' ? shortened(text) : hint };
  }
  const { success, message = '', data, error } = body.data;
  // A refusal may call itself a success; the status tells. Source: same repository, api/service/application.ts
  if (status < 300 && success) return { is: 'accepted', data };
  const details = error === undefined ? '' : ` (${shortened(JSON.stringify(error))})`;
  return { is: 'refused', status, message: `${message}${details}` };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function shortened(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 299)}…`;
}
