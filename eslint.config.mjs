import eslint from 'typescript-eslint';

export default eslint.config(
  { ignores: ['node_modules/', 'cdk.out/', '.rehearsal/', 'coverage/', '**/*.cjs', 'eslint.config.mjs'] },
  ...eslint.configs.strictTypeChecked,
  ...eslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-definitions': 'off',
    },
  },
);
