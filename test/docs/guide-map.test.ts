import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { statesOf } from '../support/asl';
import { deployed } from '../support/synth';

const TEXT = readFileSync(join(__dirname, '..', '..', 'docs', 'guide-map.md'), 'utf8');
const [ABOUT_GUIDE = '', BEYOND_GUIDE = ''] = TEXT.split(/^## .*$/m);

/** Cells of the rows of a table, without its head. */
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

const namedIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '');

const ROWS = rowsOf(ABOUT_GUIDE);
const NAMED = [
  ...ROWS.flatMap(([, , states]) => namedIn(states ?? '')),
  ...rowsOf(BEYOND_GUIDE).flatMap(([state]) => namedIn(state ?? '')),
];

/** What the guide numbers, by section. Source: docs/zh/upgrade.md of the solution */
const SECTIONS = { Before: 2, Console: 9, Pipelines: 6, Ingestion: 3, 'Data model': 2, Migration: 9 } as const;

describe('The map of the guide', () => {
  test.each(Object.entries(SECTIONS))('has every step of the section %s', (section, steps) => {
    const found = ROWS.flatMap(([place]) => new RegExp(`^${section} (\\d+)`).exec(place ?? '')?.[1] ?? []);
    expect([...new Set(found)]).toEqual(Array.from({ length: steps }, (_, index) => String(index + 1)));
  });

  test('names a state for each, or says why there is none', () => {
    const unexplained = ROWS.filter(
      ([, , states, how]) => (namedIn(states ?? '').length === 0 && states !== '–') || (how ?? '').length < 20,
    );
    expect(unexplained).toEqual([]);
  });

  test('names states that the machine has, and leaves out none of its Tasks', () => {
    const states = statesOf(deployed('aws').stateMachines[0]?.definition ?? {});
    const tasks = states.filter(({ state }) => state.Type === 'Task').map(({ name }) => name);
    expect(NAMED.filter((name) => !tasks.includes(name))).toEqual([]);
    // The judges of a clean-up are those of an upgrade under other names.
    const judges = (name: string): boolean => name.startsWith('Judge ');
    expect(tasks.filter((name) => !NAMED.includes(name) && !judges(name) && !name.startsWith('List the apps'))).toEqual(
      [],
    );
  });
});
