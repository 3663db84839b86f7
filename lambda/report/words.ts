import { durationText } from '../shared/summary';
import type { ReportedStep } from './report-document';

type Fact = ReportedStep['facts'][string];

/** A name as a program writes it: `migratedEvents`. Anything with other signs in it is a name that somebody has given. */
const SIMPLE = /^[a-z]+(?:[A-Z][a-z]*)*$/;

/** Words that are not written as they are spelled in names. */
const WRITTEN: Record<string, string> = { rpu: 'RPU' };

/** `migratedEvents` → `migrated events`; names of things stay as they are, in code marks. */
export function words(name: string): string {
  return name
    .split(' ')
    .map((part) => (SIMPLE.test(part) ? spelled(part) : code(part)))
    .join(' ');
}

function spelled(name: string): string {
  return name
    .replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .split(' ')
    .map((word) => WRITTEN[word] ?? word)
    .join(' ');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** ARNs and addresses in a sentence, in code marks. */
export function marked(text: string): string {
  return text.replaceAll(/(?<![`\w])(?:arn:aws[\w-]*:|https?:\/\/)[^\s`]*[^\s`.,;:)]/g, code);
}

/** Longer ones are ids and lists: they stand below a table, not in it. */
const LONGEST_IN_TABLE = 24;

/** Is it of use only to somebody who looks it up? */
export function isReference(value: Fact): value is string {
  return typeof value === 'string' && value.length > LONGEST_IN_TABLE;
}

/** Facts that tell of something which is not as one would expect: they stand under *Good to know*. */
const SURPRISE =
  /^(?:left(?:over)?[A-Z]|changedBy|otherVersion$|standby$|kept$|viewsWithout|terminatedWith|takenOver|risky$)/;

/** Zeros say nothing to people, and what is true stands in a step's last words. */
export function isWorthTelling(value: Fact): boolean {
  return value !== 0 && value !== '' && typeof value !== 'boolean';
}

export function surprisesOf(facts: ReportedStep['facts']): [string, Fact][] {
  return Object.entries(facts).filter(([name, value]) => SURPRISE.test(name) && isWorthTelling(value));
}

export function plainFactsOf(facts: ReportedStep['facts']): [string, Fact][] {
  return Object.entries(facts).filter(([name, value]) => !SURPRISE.test(name) && isWorthTelling(value));
}

/** `legacy events 1,072`. */
export function factText([name, value]: readonly [string, Fact]): string {
  return `${words(name)} ${typeof value === 'number' ? value.toLocaleString('en') : String(value)}`;
}

/** Does a sentence tell a fact already, number and noun? */
export function tells(sentence: string, [name, value]: readonly [string, Fact]): boolean {
  if (typeof value === 'string') return sentence.includes(value);
  const noun = words(name).split(' ').at(-1)?.replace(/s$/, '') ?? '';
  const numbers = sentence.match(/(?<![\w.,-])\d+(?:,\d{3})*(?![\w.-])/g) ?? [];
  return sentence.includes(noun) && numbers.some((number) => Number(number.replaceAll(',', '')) === value);
}

/** A step of no second has not been skipped. */
export function tookText(seconds: number): string {
  return seconds < 1 ? '< 1 s' : durationText(seconds);
}

/** Its first letter big, its end a full stop. */
export function sentenceOf(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?*]$/.test(text) ? '' : '.'}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}

/** `v1.1.5-202403071513` → `v1.1.5`: nobody speaks of builds. */
export function release(version: string): string {
  return version.split('-')[0] ?? version;
}

/** `2026-06-15 09:30 UTC` */
export function minute(isoText: string): string {
  return `${isoText.slice(0, 16).replace('T', ' ')} UTC`;
}
