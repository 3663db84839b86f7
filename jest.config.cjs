// `npm run synth` checks the templates against CloudFormation's schemas; in tests that would be half of every synthesis.
process.env.CDK_VALIDATION = 'false';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '\\.[jt]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
    ],
    '\\.sql$': '<rootDir>/test/support/sql-transform.cjs',
  },
  maxWorkers: 2,
  // No test waits for time; a busy machine may still take long for one.
  testTimeout: 60_000,
};
