import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SampleCollector } from '../../rehearsal/compat/collector';
import { SAMPLES } from '../../rehearsal/compat/samples';
import { runScenario } from '../../rehearsal/run';

/**
 * Freezes samples of what this build sends and writes, from runs of scenarios:
 *
 *     npx tsx test/compat/freeze.ts v0.1 [scenario …]
 *
 * A file that is there is never changed. A new step or record of the same release gets its samples by running this again with a
 * scenario that comes by it.
 */
const EVENTS = 3_000;
const SCENARIOS = ['udf-replaced', 'schema-failed-once', 'parity-accepted', 'approval-rejected'];

async function freeze([version, ...scenarios]: readonly string[]): Promise<void> {
  if (version === undefined || !/^v\d+\.\d+$/.test(version)) throw new Error('Name the release, for example v0.1');
  const collector = new SampleCollector();
  const reports = mkdtempSync(join(tmpdir(), 'samples-'));
  for (const scenario of scenarios.length === 0 ? SCENARIOS : scenarios) {
    const { result } = await runScenario(scenario, {
      reports,
      events: EVENTS,
      onAnswer: (call, _answer, world) => collector.see(call, world),
    });
    console.log(`${scenario}: ${result.held ? 'held' : 'did not hold'}`);
  }
  for (const folder of ['requests', 'records', 'objects'] as const) {
    const directory = join(SAMPLES, version, folder);
    mkdirSync(directory, { recursive: true });
    for (const [name, samples] of collector[folder]) {
      const file = join(directory, `${name}.json`);
      if (existsSync(file)) continue;
      writeFileSync(file, `${JSON.stringify(samples, null, 2)}\n`, { flag: 'wx' });
      console.log(`${folder}/${name}: ${samples.length}`);
    }
  }
  for (const key of collector.unknown) console.log(`of no kind: ${key}`);
}

void freeze(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
