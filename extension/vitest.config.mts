import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    globals: true,
    include: ['spec/**/*.test.{ts,tsx}'],
    setupFiles: ['spec/setup.ts'],
    server: { deps: { inline: [/node_modules/] } }
  }
});
