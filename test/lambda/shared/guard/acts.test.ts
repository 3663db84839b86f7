import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAct, isReadingSql } from '../../../../lambda/shared/guard/acts';
import { STEP_FOLDERS, STEP_SCHEMAS } from '../../../support/step-schemas';

const ROOT = join(__dirname, '..', '..', '..', '..');
const MEMORY = { table: 'state', bucket: 'plans' };

function filesOf(folder: string, extension: string): [string, string][] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => [name, readFileSync(join(ROOT, folder, name), 'utf8')]);
}

const CODE = filesOf('lambda', '.ts');
/** Every command that the steps send, each once. */
const COMMANDS = [...new Set(CODE.flatMap(([, text]) => text.match(/(?<=new )\w+Command(?=\()/g) ?? []))].sort();

describe('Of the commands that the steps send', () => {
  test('those that only read, give credentials or answer our own Tasks pass; all others ask the guard', () => {
    expect(COMMANDS.filter((command) => isAct(command, {}, MEMORY))).toEqual([
      'BatchExecuteStatementCommand',
      'CancelStatementCommand',
      'CreateBackupCommand',
      'CreateChangeSetCommand',
      'CreateClusterSnapshotCommand',
      'CreateSnapshotCommand',
      'DeleteChangeSetCommand',
      'DeleteWarmPoolCommand',
      'DisableRuleCommand',
      'EnableRuleCommand',
      'ExecuteChangeSetCommand',
      'ExecuteStatementCommand',
      'InvokeCommand',
      'ModifyClusterIamRolesCommand',
      'PublishCommand',
      'PutItemCommand',
      'PutObjectCommand',
      'PutWarmPoolCommand',
      'RedriveExecutionCommand',
      'RegisterScalableTargetCommand',
      'StartExecutionCommand',
      'StopApplicationCommand',
      'TerminateInstanceInAutoScalingGroupCommand',
      'UpdateAutoScalingGroupCommand',
      'UpdateContainerInstancesStateCommand',
      'UpdateNamespaceCommand',
      'UpdateServiceCommand',
      'UpdateWorkgroupCommand',
    ]);
  });

  test('one that nobody has thought of asks the guard', () => {
    expect(isAct('GetawayCommand', {}, MEMORY)).toBe(true);
    expect(isAct('', {}, MEMORY)).toBe(true);
  });

  test('writes to our own memory pass, and only those', () => {
    expect(isAct('PutItemCommand', { TableName: 'state' }, MEMORY)).toBe(false);
    expect(isAct('PutItemCommand', { TableName: 'ClickstreamMetadata' }, MEMORY)).toBe(true);
    expect(isAct('PutObjectCommand', { Bucket: 'plans' }, MEMORY)).toBe(false);
    expect(isAct('PutObjectCommand', { Bucket: 'data' }, MEMORY)).toBe(true);
    expect(isAct('PutItemCommand', {}, { table: undefined, bucket: undefined })).toBe(true);
  });

  test('requests to the web console pass when they only ask', () => {
    const invoke = (payload: unknown): boolean =>
      isAct('InvokeCommand', { Payload: Buffer.from(JSON.stringify(payload)) }, MEMORY);
    expect(['GET', 'POST', 'PUT', undefined].map((httpMethod) => invoke({ httpMethod }))).toEqual([
      false,
      true,
      true,
      true,
    ]);
    expect(isAct('InvokeCommand', { Payload: Buffer.from('nothing') }, MEMORY)).toBe(true);
  });

  test('batches pass when every statement only reads', () => {
    expect(isAct('BatchExecuteStatementCommand', { Sqls: ['SELECT 1', 'SELECT 2'] }, MEMORY)).toBe(false);
    expect(isAct('BatchExecuteStatementCommand', { Sqls: ['SELECT 1', 'DROP TABLE t'] }, MEMORY)).toBe(true);
    expect(isAct('BatchExecuteStatementCommand', { Sqls: [] }, MEMORY)).toBe(true);
  });
});

describe('Of the statements in sql/', () => {
  test('these change something, and all others are questions', () => {
    const acts = filesOf('sql', '.sql')
      .filter(([, text]) => !isReadingSql(text))
      .map(([name]) => name);
    const expected =
      /(?:^|\/)(?:call(?:-[a-z]+)?|cancel|terminate|drop-[a-z-]+|refresh-users|python-create|[a-z-]*call|create-function|grant-[a-z]+|probe-(?:begin|end|procedure|table|no-table|update))\.sql$/;
    expect(acts.filter((name) => !expected.test(name))).toEqual([]);
    expect(acts.length).toBeGreaterThan(10);
  });

  test.each([
    'CALL app.sp()',
    'WITH x AS (SELECT 1) DELETE FROM t',
    'SELECT 1 INTO t',
    '/* SELECT */ DROP TABLE t',
    '',
  ])('%s is none', (sql) => {
    expect(isReadingSql(sql)).toBe(false);
  });

  test('a comment does not hide what a statement is', () => {
    expect(isReadingSql('/* clickstream-upgrade a/b token */\n-- Purpose\nSELECT 1')).toBe(true);
    expect(isReadingSql('SELECT pg_terminate_backend(4711)')).toBe(false);
  });
});

describe('No step can forget the guard', () => {
  test('every SDK client in the steps is a guarded one', () => {
    const made = CODE.flatMap(([name, text]) =>
      [...text.matchAll(/(\w+\(\s*)?new \w+Client\(/g)].map(([, around]) => [name, around?.trim()]),
    );
    expect(made.length).toBeGreaterThan(20);
    // No step: it starts the execution that may then ask for the lock.
    const unguarded = made.filter(([name, around]) => around !== 'guarded(' && name !== join('start', 'start.ts'));
    expect(unguarded).toEqual([]);
  });

  test('nothing else reaches out but the console’s own address, which asks by itself', () => {
    const fetching = CODE.filter(([, text]) => /\bfetch\(|node:https?'/.test(text));
    expect(fetching.map(([name]) => name)).toEqual([join('shared', 'console-api', 'https.ts')]);
    expect(fetching[0]?.[1]).toMatch(/!== 'GET'\) await beforeAct\(\);[\s\S]*fetch\(/);
  });

  test('every step acts under the lock, or says why it does not', () => {
    const without = STEP_SCHEMAS.filter(({ actsWithoutLock }) => actsWithoutLock !== undefined);
    expect(without.map(({ name }) => name).sort()).toEqual([
      'approve-plan',
      'inspect-and-plan',
      'look-at-root',
      'prepare-change-set',
      'release-lock',
      'report',
      'take-lock',
      'tell-what-happened',
      'wait-for-map-runs',
    ]);
    for (const { actsWithoutLock = '' } of without) expect(actsWithoutLock.length).toBeGreaterThan(20);
    const guarded = STEP_FOLDERS.filter((folder) =>
      /,\s*underLock,?\s*\)/.test(readFileSync(join(ROOT, 'lambda', folder, 'index.ts'), 'utf8')),
    );
    expect([...guarded, ...without.map(({ name }) => name)].sort()).toEqual([...STEP_FOLDERS]);
  });
});
