import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Choice, Condition, Pass, Succeed, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../upgrade-steps';
import { jsonata, ROOT_CONTEXT } from './context';
import { approvePlan } from './phases/approve-plan';
import { backUp } from './phases/back-up';
import { cleanProjects } from './phases/clean-projects';
import { confirmPlan } from './phases/confirm-plan';
import { eachProject } from './phases/each-project';
import { inspectAndPlan } from './phases/inspect-and-plan';
import { judgeCleanProjects } from './phases/judge-clean-projects';
import { judgeProjects } from './phases/judge-projects';
import { prepareChangeSet } from './phases/prepare-change-set';
import { proveFunctions } from './phases/prove-functions';
import { releaseLock } from './phases/release-lock';
import { report } from './phases/report';
import { takeLock } from './phases/take-lock';
import { upgradeConsole } from './phases/upgrade-console';

/**
 * The workflow of an execution that an operator starts.
 *
 * Inspect and plan → Prepare the console change set → Approve the plan → Take the lock → Confirm the plan → Prove the
 * Lambda functions → Back up → Upgrade the web console → Each project → Judge the projects ⟲ → Report → Release the lock. Mode `plan` ends after the
 * first; mode `cleanup` needs no change set and no backup, and drops instead of upgrading; where nothing is left to do
 * the report says so. Failures stay in the Task that met them: there is no Catch and no Fail state, because redrive
 * enters the failed state again, and a Fail state only fails again.
 */
export function upgradeWorkflow(scope: Construct, props: { steps: UpgradeSteps; bucket: IBucket }): IChainable {
  const { steps, bucket } = props;
  const begin = Pass.jsonata(scope, 'Begin', {
    stateName: 'Begin the upgrade',
    comment: 'The input stays in the context object; state data begin small.',
    outputs: ROOT_CONTEXT,
  });
  const showPlan = Succeed.jsonata(scope, 'ShowPlan', {
    stateName: 'Show the plan',
    comment: 'Mode plan ends here: nothing was touched.',
    outputs: jsonata('$states.input.output'),
  });
  const showReport = Succeed.jsonata(scope, 'ShowReport', {
    stateName: 'Show the report',
    comment: 'Every project is done.',
    outputs: jsonata('$states.input.output'),
  });
  const reported = report(scope, steps.report).then(releaseLock(scope, steps.releaseLock).then(showReport));

  const projects = eachProject(scope, { steps, bucket });
  const cleaned = cleanProjects(scope, { steps, bucket });
  projects.next(judgeProjects(scope, steps).then(reported).again(projects));
  cleaned.next(judgeCleanProjects(scope, steps).then(reported).again(cleaned));

  const anyProject = Choice.jsonata(scope, 'AnyProject', {
    stateName: 'Is there a project to upgrade?',
    comment: 'The console may be all that there was to do.',
  })
    .when(Condition.jsonata(jsonata('$count($states.input.items) = 0')), reported)
    .otherwise(projects);
  const backedUp = backUp(scope, steps.backUp).then(upgradeConsole(scope, steps.upgradeConsole).then(anyProject));
  const proved = proveFunctions(scope, steps.proveFunctions).then(backedUp);
  const upgradeOrClean = Choice.jsonata(scope, 'UpgradeOrClean', {
    stateName: 'Upgrade or clean up?',
    comment: 'Mode cleanup drops what the upgrade has left behind, days later.',
  })
    .when(Condition.jsonata(jsonata("$states.input.mode = 'cleanup'")), cleaned)
    .otherwise(proved);
  const confirmed = confirmPlan(scope, steps.inspectAndPlan).then(upgradeOrClean);
  const approved = approvePlan(scope, steps.approvePlan).next(takeLock(scope, steps.takeLock).then(confirmed));
  const prepared = prepareChangeSet(scope, steps.prepareChangeSet).then(approved);

  const anythingToDo = Choice.jsonata(scope, 'AnythingToDo', {
    stateName: 'Is there anything to do?',
    comment: 'A plan only is shown; without anything to do the report is all.',
  })
    .when(Condition.jsonata(jsonata("$states.input.mode = 'plan'")), showPlan)
    .when(Condition.jsonata(jsonata('$states.input.nothing = true')), reported)
    .when(Condition.jsonata(jsonata("$states.input.mode = 'cleanup'")), approved)
    .otherwise(prepared);
  begin.next(inspectAndPlan(scope, steps.inspectAndPlan).then(anythingToDo));
  return begin;
}
