import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** The font is no module, so that `build.license` does not see it; its licence asks to travel with it. */
function fontLicence(): Plugin {
  return {
    name: 'font-licence',
    apply: 'build',
    generateBundle() {
      const source = readFileSync(new URL('node_modules/@fontsource-variable/inter/LICENSE', import.meta.url), 'utf8');
      this.emitFile({ type: 'asset', fileName: 'licence-inter.txt', source });
    },
  };
}

export default defineConfig({
  // Relative addresses: the venue may serve the terminal below any path.
  base: './',
  plugins: [fontLicence()],
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
