// What is printed in local time is compared as text.
process.env.TZ = 'UTC';

/** One jest project per kind of test; the heavier kinds run real servers and processes. */
const base = {
  testEnvironment: 'node',
  // Code that is loaded when it is needed is imported by the name that it has after the build.
  moduleNameMapper: { '^(\\.{1,2}/.+)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'commonjs' },
      },
    ],
  },
};
const project = (name) => ({
  ...base,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
});

module.exports = {
  projects: [
    ...['unit', 'contract', 'model', 'workflows', 'crash', 'soak'].map(project),
    {
      ...project('e2e'),
      globalSetup: '<rootDir>/test/support/start-temporal.ts',
      globalTeardown: '<rootDir>/test/support/stop-temporal.ts',
    },
  ],
  // Threads and processes run what is built.
  globalSetup: '<rootDir>/test/support/build.js',
  // The pure parts, which decide: `npm run coverage`.
  collectCoverageFrom: ['<rootDir>/src/{model,planning}/**/*.ts'],
  coverageProvider: 'v8',
  coverageReporters: ['text'],
  testTimeout: 60_000,
};
