import { UsageError } from '../../../rehearsal/command-line';
import { asksForMatrix, readMatrixArguments } from '../../../rehearsal/matrix/arguments';

function problemsOf(...args: string[]): readonly string[] {
  try {
    readMatrixArguments(['--redrive-matrix', ...args]);
    return [];
  } catch (error) {
    if (error instanceof UsageError) return error.problems;
    throw error;
  }
}

describe('The command line of the matrix', () => {
  it('is told from that of a scenario', () => {
    expect(asksForMatrix(['--json', '--redrive-matrix'])).toBe(true);
    expect(asksForMatrix(['full', '--json'])).toBe(false);
    expect(asksForMatrix(['--redrive-matrix', '--help'])).toBe(false);
  });

  it('plays everything when nothing more is said', () => {
    expect(readMatrixArguments(['--redrive-matrix'])).toEqual({ json: false, seed: 1, jobs: 2 });
  });

  it('takes every option in any order', () => {
    const args = [
      '--interruption',
      'stop',
      '--jobs=1',
      '--redrive-matrix',
      '--state',
      'Back up',
      '--json',
      '--seed',
      '7',
    ];
    expect(readMatrixArguments(args)).toEqual({
      json: true,
      seed: 7,
      jobs: 1,
      state: 'Back up',
      interruption: 'stop',
    });
  });

  it('lists every problem at once', () => {
    const problems = problemsOf(
      'full',
      '--faults',
      '0.1',
      '--json=yes',
      '--seed',
      'x',
      '--jobs',
      '0',
      '--interruption',
      'rain',
    );
    for (const word of ['full', '--faults', '--json', '--seed', '--jobs', '--interruption']) {
      expect(problems.filter((problem) => problem.includes(word)).length).toBeGreaterThan(0);
    }
  });
});
