import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Relative addresses: the venue may serve the terminal below any path.
  base: './',
  build: {
    target: 'es2022',
    // The licences of everything that is bundled travel with it.
    license: { fileName: 'licences.md' },
    // A font or picture inlined as data: would need a laxer content security policy.
    assetsInlineLimit: 0,
  },
  server: {
    proxy: {
      '/api': 'http://127.0.0.1:8080',
      '/oauth2': 'http://127.0.0.1:8080',
      '/ws': { target: 'ws://127.0.0.1:8080', ws: true },
    },
  },
  test: { include: ['tests/**/*.test.ts'] },
});
