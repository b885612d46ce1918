import jupyter from '@jupyter/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['lib/', 'node_modules/', 'funicular_lab/', 'style/', 'src/contract.gen.ts', '*.mjs', '*.mts'] },
  ...tseslint.configs.recommended,
  { plugins: { jupyter } },
  ...jupyter.configs.recommended,
  {
    files: ['src/**/*.{ts,tsx}', 'spec/**/*.{ts,tsx}'],
    languageOptions: {
      parserOptions: { project: './spec/tsconfig.json', tsconfigRootDir: import.meta.dirname }
    },
    rules: {
      '@typescript-eslint/naming-convention': [
        'error',
        { selector: 'interface', format: ['PascalCase'], custom: { regex: '^I[A-Z]', match: true } }
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-namespace': 'off',
      curly: ['error', 'all'],
      // What activation needs at once; the bodies of the panel's sections are loaded when they are first seen.
      'jupyter/prefer-lazy-imports': [
        'warn',
        { ignoreImports: ['../models/*', '../views/panel', '../views/status', '../views/icons'] }
      ],
      eqeqeq: 'error'
    }
  },
  {
    files: ['spec/**'],
    rules: {
      '@typescript-eslint/no-empty-function': 'off',
      'jupyter/command-described-by': 'off',
      'jupyter/no-untranslated-string': 'off',
      'jupyter/require-disposable-ownership': 'off'
    }
  },
  prettier
);
