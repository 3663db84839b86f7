import { AwsError, type ServiceCall } from '../service';

/** What the operations of the CloudFormation API have in common: reading members, refusing, paging. */

/** Source: CloudFormation API Reference, Common Errors (ValidationError) */
export function validationError(message: string): AwsError {
  return new AwsError('ValidationError', message);
}

/** @throws AwsError ValidationError for an empty or non-text member */
export function optionalText(call: ServiceCall, member: string): string | undefined {
  const value = call.input[member];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw validationError(
    `1 validation error detected: Value ${JSON.stringify(value)} at '${camelCase(member)}' failed to satisfy constraint: Member must have length greater than or equal to 1`,
  );
}

/** @throws AwsError ValidationError for a missing member */
export function requiredText(call: ServiceCall, member: string): string {
  const value = optionalText(call, member);
  if (value !== undefined) return value;
  throw validationError(
    `1 validation error detected: Value null at '${camelCase(member)}' failed to satisfy constraint: Member must not be null`,
  );
}

/** The page that a call's NextToken asks for. @throws AwsError ValidationError for a token of another request */
export function pageOf<T>(
  all: readonly T[],
  call: ServiceCall,
  pageSize: number,
): { items: T[]; nextToken: { NextToken?: string } } {
  const from = offsetOf(call);
  const to = from + pageSize;
  return { items: all.slice(from, to), nextToken: to < all.length ? { NextToken: tokenOf(call, to) } : {} };
}

/** A token is good for the same operation on the same stack (and change set) only. */
function tokenOf({ operation, input }: ServiceCall, offset: number): string {
  const subject = [input['StackName'] ?? null, input['ChangeSetName'] ?? null];
  return Buffer.from(JSON.stringify([operation, ...subject, offset])).toString('base64url');
}

function offsetOf(call: ServiceCall): number {
  const token = optionalText(call, 'NextToken');
  if (token === undefined) return 0;
  const offset = Number(/,(\d+)\]$/.exec(Buffer.from(token, 'base64url').toString('utf8'))?.[1]);
  if (Number.isNaN(offset) || tokenOf(call, offset) !== token)
    throw validationError('The specified next token is invalid');
  return offset;
}

function camelCase(member: string): string {
  return member.charAt(0).toLowerCase() + member.slice(1);
}
