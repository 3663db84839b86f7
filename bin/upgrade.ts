import { createInterface } from 'node:readline/promises';
import { runCommandLine } from './operator/command-line';

/** Asks at the terminal; anything but a yes is a no. */
async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/** The operator's command line: `npx tsx bin/upgrade.ts help`. */
void runCommandLine(process.argv.slice(2), {
  environment: process.env,
  nowMs: Date.now(),
  out: (text) => console.log(text),
  error: (text) => console.error(text),
  ...(process.stdin.isTTY ? { confirm } : {}),
}).then((code) => {
  process.exitCode = code;
});
