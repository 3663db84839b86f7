import { runCommandLine } from './operator/command-line';

/** The operator's command line: `npx tsx bin/upgrade.ts help`. */
void runCommandLine(process.argv.slice(2), {
  environment: process.env,
  nowMs: Date.now(),
  out: (text) => console.log(text),
  error: (text) => console.error(text),
}).then((code) => {
  process.exitCode = code;
});
