import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ErrorCode } from '../../lambda/shared/errors';
import { TASK_RETRY_POLICIES } from '../../lib/workflow/retry-policies';

const ROOT = join(__dirname, '..', '..');
const CODES = Object.keys(ErrorCode).sort();

/** Rows of the runbook's table of errors: the cells of each. */
const ROWS = readFileSync(join(ROOT, 'docs', 'runbook.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| `\w+`/.test(line))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const rowOf = (code: string): string[] => ROWS.find(([name]) => name === `\`${code}\``) ?? [];

/** All code of the steps, except the list of errors itself. */
const CODE = readdirSync(join(ROOT, 'lambda'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && name !== join('shared', 'errors.ts'))
  .map((name) => readFileSync(join(ROOT, 'lambda', name), 'utf8'))
  .join('\n');

/** Every report that is written out in the code: its error, and whether it may be redriven. */
const REPORTS = [...CODE.matchAll(/code: ErrorCode\.(\w+),((?:(?!code: ErrorCode)[\s\S])*?)redrive: '(yes|no)'/g)].map(
  ([, code, , redrive]) => ({ code: code ?? '', redrive }),
);

describe('The names of errors', () => {
  test('are their own values, which Step Functions matches retriers against', () => {
    expect(Object.values(ErrorCode).sort()).toEqual(CODES);
  });

  test('are those of the runbook’s table, each once', () => {
    expect(ROWS.map(([name]) => name?.replaceAll('`', '')).sort()).toEqual(CODES);
  });

  test('in retry policies are ours, or those of Step Functions and Lambda', () => {
    const names = TASK_RETRY_POLICIES.flatMap(({ errors }) => errors);
    const ours = names.filter((name) => !/^(?:States|Lambda|Sandbox)\./.test(name));
    expect(ours.length).toBeGreaterThan(0);
    expect(ours.filter((name) => !CODES.includes(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(CODES)('%s can be met: some step throws it', (code) => {
    expect(CODE).toMatch(new RegExp(`ErrorCode\\.${code}\\b`));
  });

  test('used by the steps all exist', () => {
    const used = [...CODE.matchAll(/ErrorCode\.(\w+)/g)].map(([, code]) => code ?? '');
    expect(used.filter((code) => !CODES.includes(code))).toEqual([]);
  });
});

describe('The runbook', () => {
  test.each(CODES)('tells of %s what it says, its likely cause, what to do and what then', (code) => {
    const [, ...cells] = rowOf(code);
    expect(cells).toHaveLength(4);
    for (const cell of cells.slice(0, 3)) expect(cell.length).toBeGreaterThan(20);
    expect(cells[3]).toMatch(/^(?:Redrive|New execution)/);
  });

  test('advises a redrive, or a new execution, where the errors themselves do', () => {
    expect(REPORTS.length).toBeGreaterThan(15);
    const wrong = REPORTS.filter(({ code, redrive }) => {
      const then = rowOf(code).at(-1) ?? '';
      return !(redrive === 'yes' ? /redrive/i : /new execution/i).test(then);
    });
    expect(wrong).toEqual([]);
  });
});
