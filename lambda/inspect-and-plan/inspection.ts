import * as z from 'zod';
import type { RequestEnvelope } from '../shared/contract';
import { parityVerdict, parityVerdictKey } from '../shared/parity-verdict';
import { readJson, writeJson } from '../shared/plan/store';
import type { Reads } from '../shared/redshift/reads';
import type { StateTable } from '../shared/state-table';
import { choose, type Choice } from './choose';
import type { Verdicts } from './decide-apps';
import { findConsole, findTemplate } from './find-console';
import { findProject, findProjects } from './find-project';
import { inspectWarehouse, measurement, type Measurement, type UdfName } from './inspect-warehouse';
import { replacesPython, type UpgradeInput } from './input';
import { foundConsole, foundProject, projectRef, type FoundConsole, type ProjectRef } from './world';

const beginning = z.object({ console: foundConsole, projects: z.array(projectRef) });
const projectReport = z.object({ project: foundProject.optional(), measured: measurement.optional() });
export type ProjectReport = z.infer<typeof projectReport>;

/**
 * What one inspection has found so far, in S3: a project a pass, so that a hundred of them neither outlive a Lambda nor
 * have to fit into the state.
 */
export class Inspection {
  /** @param folder of this inspection, in the bucket of plans */
  constructor(
    private readonly bucket: string,
    private readonly folder: string,
  ) {}

  /** Finds the console, its template and the projects that are asked for. */
  async begin(region: string, input: UpgradeInput): Promise<z.infer<typeof beginning>> {
    const found = await findConsole(region, input.console.stackName);
    const template = input.mode === 'cleanup' ? undefined : await findTemplate(found, input.console);
    const console = { ...found, ...(template === undefined ? {} : { template }) };
    const projects = (await findProjects(found)).filter(
      ({ projectId }) => input.projects === 'all' || input.projects.some((asked) => asked.projectId === projectId),
    );
    const begun = { console, projects };
    await writeJson(this.bucket, `${this.folder}/console.json`, begun);
    return begun;
  }

  /** What {@link begin} found; undefined when it has not run. */
  async begun(): Promise<z.infer<typeof beginning> | undefined> {
    return readJson(this.bucket, `${this.folder}/console.json`, beginning);
  }

  async write(ref: ProjectRef, report: ProjectReport): Promise<void> {
    await writeJson(this.bucket, this.key(ref), report);
  }

  async read(ref: ProjectRef): Promise<ProjectReport> {
    return (await readJson(this.bucket, this.key(ref), projectReport)) ?? {};
  }

  private key({ projectId }: ProjectRef): string {
    return `${this.folder}/projects/${projectId}.json`;
  }
}

/** Where an inspection keeps what it has found; a redrive looks anew. */
export function folderOf(
  kind: 'inspections' | 'confirmations',
  { execution, attempt }: Pick<RequestEnvelope, 'execution' | 'attempt'>,
): string {
  return `${kind}/${execution.id.slice(execution.id.lastIndexOf(':') + 1)}-${String(attempt.redrive)}`;
}

/** How a project is inspected. */
export interface ProjectInspection {
  input: UpgradeInput;
  console: FoundConsole;
  ref: ProjectRef;
  cutoffMs: number;
  table: StateTable;
  reads: Reads;
  nowMs: number;
  seed: string;
  /** Only what a fingerprint is made of. */
  brief: boolean;
  /** Where Python functions may be replaced; nothing is looked for in brief. */
  udf?: UdfName;
}

/** Finds one project and reads its warehouse, if it is to have the new data model or to be cleaned up. */
export async function inspectProject(asked: ProjectInspection): Promise<ProjectReport> {
  const { input, console, ref, cutoffMs, table, reads, nowMs, seed, brief } = asked;
  const project = await findProject(console, ref.projectId);
  if (project === undefined) return {};
  const choices = choose(input, { console, projects: [project] });
  const [choice] = choices.projects;
  const { warehouse } = project;
  if (choice === undefined || warehouse === undefined || !(choices.cleanup || choice.getsNew)) return { project };
  const appIds = project.apps.map(({ appId }) => appId);
  const verdicts = choices.cleanup && !brief ? await readVerdicts(table, [choice]) : undefined;
  const measured: Measurement = await inspectWarehouse(
    {
      projectId: ref.projectId,
      warehouse,
      appIds,
      // A repair moves no data.
      ...(brief || choices.repair ? {} : { cutoffMs }),
      ...(verdicts === undefined ? {} : { cutoffs: cutoffsOf(ref.projectId, verdicts) }),
      lists: !brief && !choices.repair,
      probes: brief || choices.cleanup ? 'never' : choice.pipeline === 'none' && !choices.repair ? 'legacy' : 'always',
      ...(asked.udf === undefined || !replacesPython(input) ? {} : { udf: asked.udf }),
      seed,
    },
    reads,
    nowMs,
  );
  return { project, measured };
}

/** A clean-up proves once more what was proved: from that moment on. */
function cutoffsOf(projectId: string, verdicts: Verdicts): Map<string, number> {
  return new Map([...verdicts].map(([key, { cutoffMs }]) => [key.slice(projectId.length + 1), cutoffMs]));
}

/** Verdicts on the apps that are asked for. */
export async function readVerdicts(table: StateTable, choices: readonly Choice[]): Promise<Verdicts> {
  const found = await Promise.all(
    choices.flatMap(({ project: { region, projectId }, apps }) =>
      apps
        .filter(({ selected }) => selected)
        .map(async ({ appId }) => {
          const verdict = await table.get(parityVerdictKey({ region, projectId, appId }), parityVerdict);
          return verdict === undefined ? [] : [[`${projectId}/${appId}`, verdict] as const];
        }),
    ),
  );
  return new Map(found.flat());
}
