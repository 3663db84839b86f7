/** One page of a list, and the token of the next; tokens are offsets in plain sight. */
export interface Page<T> {
  items: T[];
  next: string | undefined;
}

/**
 * @param invalid thrown for a token that is none of ours
 */
export function pageOf<T>(all: readonly T[], size: number, token: unknown, invalid: () => Error): Page<T> {
  const from = token === undefined ? 0 : Number(token);
  if (!Number.isInteger(from) || from < 0 || from > all.length) throw invalid();
  const to = from + size;
  return { items: all.slice(from, to), next: to < all.length ? String(to) : undefined };
}

/** A list member of a call's input, as texts; empty when absent. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** A whole number of a call's input; undefined when absent. */
export function count(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
