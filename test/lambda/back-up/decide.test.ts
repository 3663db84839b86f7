import { decide, skipReason, warehousesOf } from '../../../lambda/back-up/back-up';
import type { Backup } from '../../../lambda/back-up/backup';
import { snapshotName, tableBackupName } from '../../../lambda/back-up/names';
import { plan, plannedProject } from '../support/plans';

const backup = (what: string, state: Backup['state']): Backup => ({
  what,
  state,
  make: () => Promise.resolve('begun' as const),
});
const THERE = { is: 'there', id: 'id', kind: 'backup' } as const;
const ROOT = 'arn:aws:states:eu-west-1:111122223333:execution:ClickstreamUpgrade:run-1';

describe('Back up', () => {
  test('begins everything before it waits for anything', () => {
    const seen = [backup('a', { is: 'under way' }), backup('b', { is: 'missing' }), backup('c', { is: 'missing' })];
    expect(decide(seen)).toMatchObject({ do: 'make', backup: { what: 'b' } });
  });

  test('waits for what is under way, and is done when all is there', () => {
    expect(decide([backup('a', { is: 'under way' }), backup('b', THERE)])).toEqual({ do: 'wait', left: 1 });
    expect(decide([backup('a', THERE)])).toEqual({ do: 'done' });
    expect(decide([])).toEqual({ do: 'done' });
  });

  test('tells every backup that failed, and begins nothing more', () => {
    const failed = (why: string) => ({ is: 'failed', why }) as const;
    expect(decide([backup('a', failed('one')), backup('b', { is: 'missing' }), backup('c', failed('two'))])).toEqual({
      do: 'fail',
      failures: [
        { what: 'a', why: 'one' },
        { what: 'c', why: 'two' },
      ],
    });
  });

  test('is skipped when neither console nor project is changed', () => {
    const idle = plan({ projects: [plannedProject({ decision: 'skip' })] });
    expect(skipReason(idle)).toBeUndefined();
    expect(skipReason({ ...idle, console: { ...idle.console, decision: 'skip' } })).toBe('nothing will be changed');
  });

  test('backs a warehouse up once, and none that nobody works on', () => {
    const wg = (name: string) => ({ kind: 'serverless', region: 'eu-west-1', name, roleArn: 'role' }) as const;
    const projects = [
      plannedProject({ projectId: 'a', warehouse: wg('shared') }),
      plannedProject({ projectId: 'b', warehouse: wg('shared') }),
      plannedProject({ projectId: 'c', warehouse: wg('idle'), decision: 'skip' }),
      plannedProject({ projectId: 'd' }),
    ];
    expect(warehousesOf(plan({ projects })).map(({ name }) => name)).toEqual(['shared']);
  });
});

describe('The name of a backup', () => {
  test('carries the execution, and is another one for another execution of the same name', () => {
    expect(tableBackupName(ROOT)).toMatch(/^clickstream-upgrade-run-1-[0-9a-f]{8}$/);
    expect(tableBackupName(ROOT)).not.toBe(tableBackupName(ROOT.replace('eu-west-1', 'eu-west-2')));
  });

  test.each([
    ['cluster-1', 'run-1'],
    ['A_Cluster--with.dots', 'Run (1) ééé'],
    ['-', '---'],
    ['x'.repeat(63), 'y'.repeat(80)],
  ])('of the snapshot of %s is an identifier that Redshift takes', (warehouse, execution) => {
    const name = snapshotName(warehouse, `arn:aws:states:eu-west-1:1:execution:M:${execution}`);
    expect(name).toMatch(/^[a-z](?!.*--)[a-z0-9-]*[a-z0-9]$/);
    expect(name.length).toBeLessThanOrEqual(80);
  });

  test('keeps warehouses apart that look alike when they are shortened', () => {
    const long = 'w'.repeat(40);
    expect(snapshotName(`${long}1`, ROOT)).not.toBe(snapshotName(`${long}2`, ROOT));
  });
});
