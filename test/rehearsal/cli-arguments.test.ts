import { readArguments } from '../../rehearsal/cli-arguments';
import { UsageError } from '../../rehearsal/command-line';

function problemsOf(...args: string[]): readonly string[] {
  try {
    readArguments(args);
    return [];
  } catch (error) {
    if (error instanceof UsageError) return error.problems;
    throw error;
  }
}

describe('The command line', () => {
  test('rehearses the migration when nothing is said', () => {
    expect(readArguments([])).toEqual({ scenario: 'udf-replaced', json: false, list: false, help: false });
  });

  test('takes every option in any order', () => {
    expect(
      readArguments(['--seed', '7', '--json', 'interrupted', '--events=5000', '--strategy', 'documented']),
    ).toEqual({
      scenario: 'interrupted',
      json: true,
      list: false,
      help: false,
      seed: 7,
      events: 5000,
      strategy: 'documented',
    });
  });

  test('lists every problem at once', () => {
    const problems = problemsOf(
      'nowhere',
      'else',
      '--foo',
      '--json=yes',
      '--seed',
      '-1',
      '--events',
      '1e3',
      '--strategy',
      'fast',
    );
    expect(problems).toHaveLength(7);
    for (const word of ['nowhere', 'one scenario', '--foo', '--json', '--seed', '--events', '--strategy']) {
      expect(problems.some((problem) => problem.includes(word))).toBe(true);
    }
  });

  test('refuses a strategy that the scenario is not about', () => {
    expect(problemsOf('stuck-loop', '--strategy', 'windowed')).toEqual([
      '--strategy: scenario stuck-loop is about documented only',
    ]);
    expect(problemsOf('stuck-loop', '--strategy', 'documented')).toEqual([]);
  });

  test('plays every scenario with one seed and one rate of faults, and takes nothing that only one could have', () => {
    expect(readArguments(['--all', '--json', '--seed', '3', '--faults', '0.1', '--jobs', '4'])).toMatchObject({
      all: true,
      json: true,
      seed: 3,
      faults: 0.1,
      jobs: 4,
    });
    expect(problemsOf('--all', 'full', '--events', '900', '--strategy', 'windowed', '--list')).toEqual([
      '--all: without a scenario',
      '--all: without --events',
      '--all: without --strategy',
      '--all: without --list',
    ]);
  });

  test('lets a modelled warehouse hold more events than a disk does', () => {
    expect(problemsOf('benchmark', '--events', '300000000')).toEqual([]);
    expect(problemsOf('migration', '--events', '300000000')).toHaveLength(1);
  });

  test('plays random worlds, or one of them again', () => {
    expect(readArguments(['--chaos', '200', '--seed', '3', '--jobs', '4', '--json'])).toMatchObject({
      chaos: 200,
      seed: 3,
      jobs: 4,
      json: true,
    });
    expect(readArguments(['--world', '1701765014'])).toMatchObject({ world: 1_701_765_014 });
    expect(readArguments(['full'])).not.toHaveProperty('chaos');
  });

  test('lists everything that does not go with random worlds', () => {
    expect(problemsOf('--chaos', '0')).toHaveLength(1);
    expect(problemsOf('--jobs', '2')).toEqual(['--jobs goes with --chaos or --all']);
    const problems = problemsOf('full', '--chaos', '5', '--world', '6', '--events', '900', '--faults', '0.1');
    expect(problems).toHaveLength(4);
    for (const word of ['only one of them', 'without a scenario', '--events', '--faults']) {
      expect(problems.some((problem) => problem.includes(word))).toBe(true);
    }
    expect(problemsOf('--world', '6', '--seed', '1', '--jobs', '2')).toHaveLength(2);
  });
});
