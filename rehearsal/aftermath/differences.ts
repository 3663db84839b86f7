/** At most so many sentences: whoever reads them has understood by then. */
const MOST = 12;
const LONGEST_VALUE = 120;

/** Where two JSON-like values differ: one sentence a place, `path: one, not other`. */
export function differences(found: unknown, expected: unknown): string[] {
  const all: string[] = [];
  compare(found, expected, '', all);
  const rest = all.length - MOST;
  return rest <= 0 ? all : [...all.slice(0, MOST), `and ${String(rest)} more`];
}

function compare(found: unknown, expected: unknown, path: string, into: string[]): void {
  if (isObject(found) && isObject(expected) && Array.isArray(found) === Array.isArray(expected)) {
    const names = new Set([...Object.keys(found), ...Object.keys(expected)]);
    for (const name of [...names].sort()) {
      compare(found[name], expected[name], path === '' ? name : `${path} › ${name}`, into);
    }
    return;
  }
  const [one, other] = [shown(found), shown(expected)];
  if (one !== other) into.push(`${path}: ${shorten(one)}, not ${shorten(other)}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** `nothing` is what a member is that is not there. */
function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

function shorten(text: string): string {
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`;
}
