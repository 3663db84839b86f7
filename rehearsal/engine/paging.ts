import { AwsError } from '../aws/service';

export interface Page {
  maxResults?: number | undefined;
  nextToken?: string | undefined;
}

/**
 * One page of a list whose members have a position that never changes, so that a token stays right while the list grows.
 * @throws AwsError InvalidToken for a token that is not ours
 */
export function paginate<T>(
  members: readonly T[],
  position: (member: T) => number,
  order: 'ascending' | 'descending',
  page: Page,
  defaultResults = 100,
): { members: T[]; nextToken?: string } {
  // 0 asks for the default. Source: API reference, ListExecutions maxResults.
  const wanted = page.maxResults === undefined || page.maxResults === 0 ? defaultResults : page.maxResults;
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > 1000) {
    throw new AwsError(
      'ValidationException',
      `Value '${wanted}' at 'maxResults' failed to satisfy constraint: Member must be between 0 and 1000`,
    );
  }
  const after = page.nextToken === undefined ? undefined : decode(page.nextToken);
  const sign = order === 'ascending' ? 1 : -1;
  const rest = members
    .filter((member) => after === undefined || (position(member) - after) * sign > 0)
    .sort((a, b) => (position(a) - position(b)) * sign);
  const shown = rest.slice(0, wanted);
  const last = shown.at(-1);
  return rest.length > shown.length && last !== undefined
    ? { members: shown, nextToken: Buffer.from(String(position(last))).toString('base64') }
    : { members: shown };
}

function decode(token: string): number {
  const position = Buffer.from(token, 'base64').toString();
  if (!/^\d+$/.test(position)) throw new AwsError('InvalidToken', `Invalid Token: '${token}'`);
  return Number(position);
}
