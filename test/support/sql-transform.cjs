/** Imports a .sql file as its text, as esbuild's text loader does for the Lambda bundles. */
module.exports = {
  /** @param {string} source */
  process: (source) => ({ code: `module.exports = ${JSON.stringify(source)};` }),
};
