import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

// Tests run from the TypeScript sources: the `source` export condition maps a workspace package to its src/index.ts.
const conditions = ['source', ...defaultServerConditions];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{packages,apps}/*/src/**/*.test.ts', 'scripts/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Tests that measure memory collect garbage first.
    execArgv: ['--expose-gc'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
