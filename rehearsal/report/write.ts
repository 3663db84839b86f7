import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Run } from '../run/result';
import type { Stage } from '../run/stage';
import type { Scenario } from '../scenarios/scenario';
import { reportOf } from './report';
import { page } from './page';

const DEFAULT_FOLDER = join(dirname(dirname(__dirname)), '.rehearsal', 'reports');

/**
 * Writes `report.json`, `report.html` and what the machine wrote for people into a new folder `<scenario>-<n>`, and answers
 * the path of the page.
 */
export async function writeReport(
  run: Run,
  scenario: Scenario,
  stage: Stage,
  reports: string = DEFAULT_FOLDER,
): Promise<string> {
  const folder = await newFolder(reports, scenario.name);
  const path = join(folder, 'report.html');
  const report = reportOf({ ...run, result: { ...run.result, report: path } }, scenario, stage);
  await writeFile(join(folder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(path, page(report));
  await writePapers(folder, stage);
  return path;
}

/** What the machine wrote for people: `rehearsal-1-report.md`, `rehearsal-1-approval.md`. */
async function writePapers(folder: string, { world }: Stage): Promise<void> {
  const { buckets, planBucket } = world.account;
  for (const key of buckets.keys(planBucket)) {
    const [, approved, reported] = /^approvals\/([\w-]+)\.md$|^reports\/([\w-]+)\/report\.md$/.exec(key) ?? [];
    const name = approved === undefined ? reported && `${reported}-report.md` : `${approved}-approval.md`;
    const text = buckets.readObject(planBucket, key);
    if (name !== undefined && text !== undefined) await writeFile(join(folder, name), text);
  }
}

async function newFolder(reports: string, name: string): Promise<string> {
  await mkdir(reports, { recursive: true });
  for (let number = 1; ; number += 1) {
    const folder = join(reports, `${name}-${number}`);
    try {
      // Not recursive: it fails when somebody has it already, and then the next number is ours.
      await mkdir(folder);
      return folder;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
