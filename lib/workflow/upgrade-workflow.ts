import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Choice, Condition, Pass, Succeed, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../upgrade-steps';
import { jsonata, ROOT_CONTEXT } from './context';
import { eachProject } from './phases/each-project';
import { inspectAndPlan } from './phases/inspect-and-plan';
import { judgeProjects } from './phases/judge-projects';
import { report } from './phases/report';

/**
 * The workflow of an execution that an operator starts.
 *
 * Inspect and plan → Each project → Judge the projects ⟲ → Report. A plan is all that mode `plan` wants; where nothing
 * is left to migrate the report says so. Failures stay in the Task that met them: there is no Catch and no Fail state,
 * because redrive enters the failed state again, and a Fail state only fails again.
 */
export function upgradeWorkflow(scope: Construct, props: { steps: UpgradeSteps; bucket: IBucket }): IChainable {
  const { steps, bucket } = props;
  const begin = Pass.jsonata(scope, 'Begin', {
    stateName: 'Begin the upgrade',
    comment: 'The input stays in the context object; state data begin small.',
    outputs: ROOT_CONTEXT,
  });
  const planned = inspectAndPlan(scope, steps);
  const projects = eachProject(scope, { steps, bucket });
  const judged = judgeProjects(scope, steps);
  const reported = report(scope, steps);

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
  const onlyPlan = Choice.jsonata(scope, 'OnlyPlan', {
    stateName: 'Is there anything to do?',
    comment: 'A plan only is shown; without a project to migrate the report is all.',
  })
    .when(Condition.jsonata(jsonata("$states.input.mode = 'plan'")), showPlan)
    .when(Condition.jsonata(jsonata('$count($states.input.items) = 0')), reported)
    .otherwise(projects);

  begin.next(planned.then(onlyPlan));
  projects.next(judged.then(reported).again(projects));
  reported.then(showReport);
  return begin;
}
