import { existsSync, readdirSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { countText, durationText } from './report/text';
import type { Run } from './run';

/** What a person reads at the end: a table of the apps, what did not hold, and where the report is. */
export function summaryText({ result, expectations }: Run): string {
  const { execution, statements, apps, states } = result;
  const failedAttempts = states.reduce((sum, { failed }) => sum + failed, 0);
  const rows = [
    ['project', 'app', 'legacy events', 'migrated', 'missing', 'twice', 'parity'],
    ...apps.map((app) => [
      app.projectId,
      app.appId,
      countText(app.legacyEvents),
      countText(app.migratedEvents),
      countText(app.missing),
      countText(app.duplicated),
      app.parity ? 'proved' : 'no',
    ]),
  ];
  // Of an upgrade that moves no data there is nothing to compare.
  const hasProved = states.some(({ name, entered }) => PROVING.has(name) && entered > 0);
  const broken = expectations.filter(({ held }) => !held);
  const error = execution.error === undefined ? '' : ` (${execution.error})`;
  return [
    '',
    ...(hasProved ? [...aligned(rows), ''] : []),
    `Execution ${execution.status}${error}, ${execution.redrives} redrives, ${countText(execution.transitions)} state transitions, ${failedAttempts} failed attempts, ${durationText(execution.virtualSeconds * 1000)} of virtual time`,
    `Calls     ${statements.submitted} submitted, ${statements.cancelled} cancelled, ${statements.duplicated} started twice`,
    `Largest history ${countText(execution.maxHistoryEvents)} of 25,000 events`,
    '',
    ...broken.map(({ what, found }) => `✗ ${what}${found === undefined ? '' : `\n    ${found.slice(0, 600)}`}`),
    broken.length === 0
      ? `✓ ${result.scenario}: all ${expectations.length} expectations hold`
      : `✗ ${result.scenario}: ${broken.length} of ${expectations.length} expectations do not hold`,
    `Report: ${relative(process.cwd(), result.report)}`,
    ...papersText(result.report),
    '',
  ].join('\n');
}

const PROVING = new Set(['Migrate events', 'Verify parity', 'Prove parity again']);

/** The reports that the machine itself wrote stand beside ours. */
function papersText(report: string): string[] {
  const folder = dirname(report);
  const papers = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.md')) : [];
  return papers.length === 0 ? [] : [`Beside it, as the machine wrote them: ${papers.sort().join(', ')}`];
}

/** Columns in line: text to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const isNumber = (column: number): boolean => rows.slice(1).every((row) => /^[\d,]+$/.test(row[column] ?? ''));
  return rows.map((row) =>
    row
      .map((cell, column) => (isNumber(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
