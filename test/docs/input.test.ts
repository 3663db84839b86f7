import { readFileSync } from 'node:fs';
import { INPUT_DOCS, inputDocs } from '../../docs/generate-input';

describe('docs/input.md', () => {
  test('is what the schema gives: npx tsx docs/generate-input.ts', () => {
    expect(readFileSync(INPUT_DOCS, 'utf8')).toBe(inputDocs());
  });

  test('tells each field of the input once, with its meaning', () => {
    const fields = Array.from(inputDocs().matchAll(/^\| `([^`]+)` +\|.*\| ([^|]+) \|$/gm), ([, field, text]) => [
      field,
      text?.trim(),
    ]);
    expect(fields.map(([field]) => field)).toEqual([
      'mode',
      'planHash',
      'console.stackName',
      'console.targetVersion',
      'console.templateUrl',
      'console.parameters',
      'projects',
      'projects[].projectId',
      'projects[].timezone',
      'projects[].apps',
      'projects[].apps[].appId',
      'projects[].apps[].timezone',
      'migration.days',
      'migration.strategy',
      'migration.eventsPerWindow',
      'migration.rpu',
      'migration.ignoreLoad',
      'ingestion.refresh',
      'approvals.plan',
      'pythonUdf',
      'takeOver',
      'cascade',
    ]);
    expect(fields.filter(([, text]) => text === '')).toEqual([]);
  });
});
