/** `1 h 02 m`, `3 m 05 s`, `12.3 s`. */
export function durationText(ms: number): string {
  const seconds = ms / 1000;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${two((seconds % 3600) / 60)} m`;
}

/** `66,000`. */
export function countText(count: number): string {
  return count.toLocaleString('en-US');
}

/** `2026-06-15 09:30:00`, UTC. */
export function timeText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** What an error says, out of the JSON in a Lambda's cause; the cause itself where it is another. */
export function causeText(cause: string | undefined): string {
  if (cause === undefined) return '';
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: string };
    const report = JSON.parse(errorMessage ?? '') as {
      what?: string;
      why?: string;
      next?: string;
      problems?: { path: string; message: string }[];
    };
    const problems = (report.problems ?? []).map(({ path, message }) => `${path} ${message}`);
    return [report.what, report.why, ...problems, report.next].filter((part) => part !== undefined).join('\n');
  } catch {
    return cause;
  }
}
