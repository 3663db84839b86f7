import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { pauseRecord } from '../../lambda/pause-processing/pause-record';
import { reportDocument } from '../../lambda/report/report-document';
import { loadRecord } from '../../lambda/resume-processing/load-record';
import { approvalRecord } from '../../lambda/shared/approval';
import { approvedChanges, changesDocument } from '../../lambda/shared/change-set/approved';
import { updateRecord } from '../../lambda/shared/change-set/update-record';
import { cleanUpRecord } from '../../lambda/shared/clean-up-record';
import { loopProgress, requestEnvelope } from '../../lambda/shared/contract';
import { givenBackRecord } from '../../lambda/shared/guardian/given-back';
import { rootRecord } from '../../lambda/shared/guardian/root-record';
import { holdRecord } from '../../lambda/shared/hold';
import { journalRecord } from '../../lambda/shared/journal';
import { lockRecord } from '../../lambda/shared/lock';
import { parityVerdict } from '../../lambda/shared/parity-verdict';
import { appPlan } from '../../lambda/shared/plan/app-plan';
import { plan } from '../../lambda/shared/plan/plan';
import { projectPlan } from '../../lambda/shared/plan/project-plan';
import { stepRecord } from '../../lambda/shared/step-record';
import { turnRecord } from '../../lambda/shared/turn';
import { pipelineCall } from '../../lambda/upgrade-pipeline/call-record';
import { listRepair } from '../../lambda/repair-schema/decide';
import { repairRecord } from '../../lambda/wait-for-schema/wait-for-schema';
import { kindOf, OBJECT_KINDS, RECORD_KINDS } from '../../rehearsal/compat/kinds';
import { sampledVersions, samplesOf } from '../../rehearsal/compat/samples';
import { tasksOf } from '../support/asl';
import { schemaOf, STEP_FOLDERS } from '../support/step-schemas';
import { deployed } from '../support/synth';

/** How to add what is missing: see there. */
const HOW = 'npx tsx test/compat/freeze.ts';

/** What is kept, by the name of its schema in the code. A step's own request is of {@link requestEnvelope}. */
const SCHEMAS = {
  approvalRecord,
  approvedChanges,
  lockRecord,
  rootRecord,
  turnRecord,
  givenBackRecord,
  holdRecord,
  pauseRecord,
  stepRecord,
  parityVerdict,
  cleanUpRecord,
  listRepair,
  repairRecord,
  pipelineCall,
  loadRecord,
  updateRecord,
  journalRecord,
  plan,
  projectPlan,
  appPlan,
  changesDocument,
  reportDocument,
  requestEnvelope,
} satisfies Record<string, z.ZodType>;

/** Which schema reads a kind of records or objects. */
const READ_BY: Record<string, keyof typeof SCHEMAS> = {
  approval: 'approvalRecord',
  'approved-changes': 'approvedChanges',
  lock: 'lockRecord',
  root: 'rootRecord',
  turn: 'turnRecord',
  'given-back': 'givenBackRecord',
  'hold-rule': 'holdRecord',
  'hold-fleet': 'holdRecord',
  'hold-workgroup': 'holdRecord',
  pause: 'pauseRecord',
  step: 'stepRecord',
  verdict: 'parityVerdict',
  'clean-up': 'cleanUpRecord',
  'schema-repair': 'repairRecord',
  'list-repair': 'listRepair',
  'pipeline-call': 'pipelineCall',
  load: 'loadRecord',
  'console-update': 'updateRecord',
  journal: 'journalRecord',
  plan: 'plan',
  'project-plan': 'projectPlan',
  'app-plan': 'appPlan',
  'changes-document': 'changesDocument',
  report: 'reportDocument',
};

const VERSIONS = sampledVersions();
const names = (folder: 'requests' | 'records' | 'objects'): string[] =>
  [...new Set(VERSIONS.flatMap((version) => [...samplesOf(version, folder).keys()]))].sort();

const REQUESTS = VERSIONS.flatMap((version) =>
  [...samplesOf(version, 'requests')].flatMap(([step, samples]) =>
    samples.map(({ state, request }, index) => ({ version, step, state, index, request })),
  ),
);
const RECORDS = VERSIONS.flatMap((version) =>
  (['records', 'objects'] as const).flatMap((folder) =>
    [...samplesOf(version, folder)].flatMap(([kind, samples]) =>
      samples.map(({ key, record }, index) => ({ version, folder, kind, index, key, record })),
    ),
  ),
);

describe('Requests of earlier releases, which a redriven execution still sends', () => {
  test.each(REQUESTS)('are understood: $version, $state, $index', ({ step, request }) => {
    const schema = schemaOf(step);
    const envelope = requestEnvelope.parse(request);
    expect(schema.target.safeParse(envelope.target)).toMatchObject({ success: true });
    const loop = loopProgress.optional().parse(envelope.progress);
    if (loop?.step !== undefined) expect(schema.progress.safeParse(loop.step)).toMatchObject({ success: true });
  });

  test(`are there for every step (${HOW})`, () => {
    expect(names('requests')).toEqual([...STEP_FOLDERS]);
  });

  test(`are there for every Task of the machine, and some that came in the middle of a loop (${HOW})`, () => {
    const sampled = new Set(REQUESTS.map(({ state }) => state));
    const tasks = deployed('aws').stateMachines.flatMap(({ definition }) =>
      tasksOf(definition).map(({ name }) => name),
    );
    expect(tasks.filter((name) => !sampled.has(name))).toEqual([]);
    expect(REQUESTS.filter(({ request }) => 'progress' in request).length).toBeGreaterThan(10);
  });
});

describe('Records of earlier releases, which later ones go on from', () => {
  test.each(RECORDS)('are understood: $version, $kind, $index', ({ folder, kind, key, record }) => {
    const schema = SCHEMAS[READ_BY[kind] ?? 'plan'];
    expect(kindOf(folder === 'records' ? RECORD_KINDS : OBJECT_KINDS, key)?.name).toBe(kind);
    // What it does not know is dropped by a schema: nothing of a record may get lost unnoticed.
    expect(schema.parse(record)).toEqual(record);
  });

  test(`are there for every kind of them (${HOW})`, () => {
    expect(names('records')).toEqual(RECORD_KINDS.map(({ name }) => name).sort());
    expect(names('objects')).toEqual(OBJECT_KINDS.map(({ name }) => name).sort());
  });

  test('are of kinds that cover every schema with a version', () => {
    const lambda = join(__dirname, '..', '..', 'lambda');
    const versioned = readdirSync(lambda, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => [
        ...readFileSync(join(lambda, name), 'utf8').matchAll(
          /const (\w+) = z\s*\.object\(\{\s*(?:\/\*\*.*\*\/\s*)?v: /g,
        ),
      ])
      .map(([, name]) => name);
    expect(versioned.sort()).toEqual(Object.keys(SCHEMAS).sort());
    expect([...new Set(Object.values(READ_BY)), 'requestEnvelope'].sort()).toEqual(Object.keys(SCHEMAS).sort());
  });
});
