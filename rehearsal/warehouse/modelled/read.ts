import type { ResultSet } from '../warehouse';
import type { AppState } from './app-state';
import type { HistoryRow } from './query-history';

/** What a read is asked, and of whom. */
export interface ReadContext {
  /** The app whose schema the statement names; throws where it names none that exists. */
  app: () => AppState;
  /** Apps of the database by schema. */
  apps: ReadonlyMap<string, AppState>;
  /** Value of a parameter, or of a `{{…}}` of the file. */
  value: (name: string) => string;
  dbUser: string;
  /** Statements that the user may see in SYS_QUERY_HISTORY, this one included. */
  history: readonly HistoryRow[];
  statementTimeoutMs: number;
  nowMs: number;
  /** What SYS_SERVERLESS_USAGE shows of a time; throws where the user may not see it. */
  usage: (fromMs: number, toMs: number) => { chargedSeconds: number; minutes: number };
  /** Ends another statement of the same user; false where none has that process id. */
  cancel: (pid: number) => boolean;
}

export interface Read {
  /** Seconds on 32 RPU for each million legacy events. Our guess, but for the anti-joins: 60 to 90 s for 300 million. */
  secondsPerMillion: number;
  columns: ResultSet['columns'];
  rows: (context: ReadContext) => ResultSet['rows'];
}

const DAY_MS = 86_400_000;

type Column = ResultSet['columns'][number];

export const int4 = (name: string): Column => ({ name, typeName: 'int4' });
export const int8 = (name: string): Column => ({ name, typeName: 'int8' });
export const numeric = (name: string): Column => ({ name, typeName: 'numeric' });
export const varchar = (name: string): Column => ({ name, typeName: 'varchar' });
export const names = (name: string): Column => ({ name, typeName: 'name' });

export const seconds = (ms: number): number => Math.floor(ms / 1000);
/** Sums of bigint are numeric, which the Data API hands over as text. */
export const text = (value: number): string => String(value);

/** Legacy events from the cutoff on. */
export function window(context: ReadContext): AppState['hours'] {
  return context.app().since(Number(context.value('cutoff_ms')));
}

/** Hours within the `{{from}}` and `{{to}}` of the file, which are UTC timestamps. */
export function range(context: ReadContext): { fromMs: number; toMs: number; hours: AppState['hours'] } {
  const [fromMs, toMs] = [timestampMs(context.value('from')), timestampMs(context.value('to'))];
  return { fromMs, toMs, hours: context.app().between(fromMs, toMs - 1) };
}

/** @throws Error for anything but `TIMESTAMP 'yyyy-mm-dd hh:mm:ss'` */
export function timestampMs(literal: string): number {
  const found = /^TIMESTAMP '(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)'$/i.exec(literal.trim());
  if (found === null) throw new Error(`not a timestamp that is modelled: ${literal}`);
  return Date.parse(`${found[1] ?? ''}T${found[2] ?? ''}Z`);
}

/** Amounts by UTC day, old to new; days without any are left out. */
export function byDay(
  hours: AppState['hours'],
  amount: (hour: AppState['hours'][number]) => number,
): { dayMs: number; count: number; newestMs: number }[] {
  const days = new Map<number, { dayMs: number; count: number; newestMs: number }>();
  for (const hour of hours) {
    const count = amount(hour);
    if (count === 0) continue;
    const dayMs = Math.floor(hour.timeMs / DAY_MS) * DAY_MS;
    const day = days.get(dayMs) ?? { dayMs, count: 0, newestMs: 0 };
    days.set(dayMs, { dayMs, count: day.count + count, newestMs: Math.max(day.newestMs, hour.timeMs) });
  }
  return [...days.values()];
}
