import { readArguments, UsageError } from '../../rehearsal/cli-arguments';

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
    expect(readArguments([])).toEqual({ scenario: 'full', json: false, list: false, help: false });
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

  test('lets a modelled warehouse hold more events than a disk does', () => {
    expect(problemsOf('benchmark', '--events', '300000000')).toEqual([]);
    expect(problemsOf('migration', '--events', '300000000')).toHaveLength(1);
  });
});
