import { createHash } from 'node:crypto';
import type { UpdateKey } from './decide';

/** Source: Step Functions API Reference, StartExecution */
const LONGEST_NAME = 80;

/**
 * Name of the execution that an update starts: the same for every event that tells of the same update, so that a second
 * one starts nothing. Letters, digits, hyphens and underscores only, which CloudWatch's log takes as well.
 */
export function executionName({ subject, version, updatedMs }: UpdateKey): string {
  const at = new Date(updatedMs).toISOString().replace(/[-:]|\.\d+Z$/g, '');
  const rest = `-${plain(version)}-${at}`;
  const room = LONGEST_NAME - rest.length;
  if (subject.length <= room && plain(subject) === subject) return `${subject}${rest}`;
  const mark = createHash('sha256').update(subject).digest('hex').slice(0, 8);
  return `${plain(subject).slice(0, room - mark.length - 1)}-${mark}${rest}`;
}

function plain(text: string): string {
  return text.replace(/[^0-9A-Za-z_-]/g, '-');
}
