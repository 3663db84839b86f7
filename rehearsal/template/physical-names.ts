import { createHash } from 'node:crypto';

/**
 * Physical name as CloudFormation makes it where the template gives none, `<stack>-<logical id>-<suffix>`, cut to
 * the type's limit. Its suffix is random; ours follows from the words before it, so that every rehearsal has the same names.
 * How CloudFormation shares a limit between stack and logical id is not documented: here each gets half.
 * Source: CloudFormation User Guide, aws-properties-name
 */
export function physicalName(stackName: string, logicalId: string, maxLength = 64): string {
  const suffix = nameSuffix(`${stackName}/${logicalId}`);
  const room = maxLength - suffix.length - 2;
  const halfForLogicalId = Math.max(Math.floor(room / 2), room - stackName.length);
  const id = logicalId.slice(0, halfForLogicalId);
  const stack = stackName.slice(0, room - id.length);
  return `${stack}-${id}-${suffix}`;
}

/** Twelve characters A–Z and 0–9 that stand for `seed`. */
export function nameSuffix(seed: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  return Array.from(digest(seed).subarray(0, 12), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
}

/** A UUID that stands for `seed`: the same one in every rehearsal. */
export function deterministicUuid(seed: string): string {
  const hex = digest(seed).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

function digest(seed: string): Buffer {
  return createHash('sha256').update(seed).digest();
}
