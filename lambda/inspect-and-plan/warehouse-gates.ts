import { assertNever, type Problem } from '../shared/errors';
import type { ParityVerdict } from '../shared/parity-verdict';
import type { Choice } from './choose';
import { decideApps, type DecisionFacts } from './decide-apps';
import type { FoundUdf } from './find-udf';
import { isDeprecated, type Measurement } from './inspect-warehouse';

/** What an operator decides about. Cost: measured payloads and list prices, docs/python-udfs.md */
const REPLACING =
  'Replacing has one Lambda function stand in for six Python functions of each app. It associates an IAM role with the warehouse that may call it, lets the solution’s database user declare external functions, tries them out before anything is changed, and costs about 3 USD for 100 million events. Role and function stay: the daily scan of metadata calls one of them.';

/** Pure: everything for which the upgrade or the clean-up cannot be done, as the warehouses show it. */
export function problemsInside(facts: DecisionFacts, { cascade }: { cascade: boolean }): Problem[] {
  return facts.choices.projects.flatMap((choice) => {
    const path = `projects.${choice.project.projectId}`;
    const measured = facts.measurements.get(choice.project.projectId);
    if (measured === undefined) return [];
    if (measured.problem !== undefined) return [{ path, message: measured.problem }];
    return facts.choices.cleanup
      ? cleanUpProblems(facts, choice, measured, cascade)
      : pythonProblems(facts, choice, measured, path);
  });
}

/**
 * The new schema needs functions in Python. Past the pipeline's upgrade there is no way back, so a warehouse that takes no
 * new ones is refused here where the schema has yet to be made; an app that has them already is asked whether they answer.
 */
function pythonProblems(facts: DecisionFacts, choice: Choice, measured: Measurement, path: string): Problem[] {
  const { python, pythonCall, udf } = measured;
  if (python === undefined || python.is === 'alive') return [];
  if (udf !== undefined) return udfProblems(facts, choice, udf, path);
  if (facts.choices.repair || (choice.isOld && choice.pipeline !== 'none'))
    return [pythonProblem(python, path, 'its schema has yet to be created')];
  return decideApps(facts, choice).flatMap(({ appId, decision }) => {
    if (decision !== 'migrate') return [];
    const has = measured.objects[appId]?.includes('rm_object_props') === true;
    if (has && pythonCall === 'answers') return [];
    return [pythonProblem(python, `${path}.apps.${appId}`, 'its migration needs them')];
  });
}

/** Where a Lambda function is to replace them, its stack has to be there. Whether it works is proved before anything is changed. */
function udfProblems(facts: DecisionFacts, choice: Choice, udf: FoundUdf, path: string): Problem[] {
  const isNeeded =
    choice.pipeline !== 'none' ||
    decideApps(facts, choice).some(({ decision }) => decision === 'migrate' || decision === 'repair');
  if (udf.deployed || !isNeeded) return [];
  const { region } = choice.project;
  return [
    {
      path,
      message: `deploy the stack ${udf.functionName} in ${region}: there is no function ${udf.functionName} that could replace the Python functions of its schema (docs/python-udfs.md)`,
    },
  ];
}

function pythonProblem({ is, words }: NonNullable<Measurement['python']>, path: string, need: string): Problem {
  switch (is) {
    case 'gone':
    case 'alive':
      return {
        path,
        message: `say "pythonUdf": "replace" in the input, or take a release of the solution without Python functions: Redshift has ended them in this warehouse, ${need}, and the pipeline upgrade cannot be taken back: ${words} ${REPLACING}`,
      };
    case 'untold':
      return {
        path,
        message: `resolve what the database says, the solution's own schema update would meet the same: whether it takes Python functions could not be told, and ${need}: ${words}`,
      };
    default:
      return assertNever(is);
  }
}

function cleanUpProblems(facts: DecisionFacts, choice: Choice, measured: Measurement, cascade: boolean): Problem[] {
  const { projectId } = choice.project;
  const decisions = decideApps(facts, choice);
  const unproved = decisions
    .filter((app) => app.unproved)
    .map(({ appId }) => ({
      path: `projects.${projectId}.apps.${appId}`,
      message: unprovedText(facts.verdicts.get(`${projectId}/${appId}`)),
    }));
  if (cascade) return unproved;
  const cleaned = new Set(
    decisions.filter(({ decision }) => decision === 'clean').map(({ appId }) => appId.toLowerCase()),
  );
  const views = measured.dependants
    .filter(({ on }) => !isDeprecated(on) && cleaned.has(on.slice(0, on.indexOf('.'))))
    .map(({ view, on }) => ({
      path: `projects.${projectId}.${view}`,
      message: `stands on ${on} and would be dropped with it: drop or change it, or say "cascade": true in the input`,
    }));
  return [...unproved, ...views];
}

function unprovedText(verdict: ParityVerdict | undefined): string {
  return verdict === undefined
    ? 'has no verdict: nobody has proved that its data are migrated, so its legacy tables stay'
    : 'has an open verdict: a person has to accept the differences before its legacy tables are dropped';
}
