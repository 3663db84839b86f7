import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Choice, Condition, Succeed, type DistributedMap } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import { jsonata } from '../context';
import { tolerantMap } from '../tolerant-map';
import { eachApp } from './each-app';
import { finishPipelineUpgrade } from './finish-pipeline-upgrade';
import { judgeApps } from './judge-apps';
import { keepProcessingPaused } from './keep-processing-paused';
import { listApps } from './list-apps';
import { pauseProcessing } from './pause-processing';
import { replaceInstances } from './replace-instances';
import { restoreCapacity } from './restore-capacity';
import { resumeProcessing } from './resume-processing';
import { scaleRedshiftUp } from './scale-redshift-up';
import { setTimezones } from './set-timezones';
import { startPipelineUpgrade } from './start-pipeline-upgrade';

/** Projects, five at once: each has a warehouse of its own, as a rule. */
export function eachProject(scope: Construct, props: { steps: UpgradeSteps; bucket: IBucket }): DistributedMap {
  return tolerantMap(scope, 'EachProject', {
    stateName: 'Each project',
    comment: 'A child execution a project; one that fails does not stop the others.',
    label: 'EachProject',
    maxConcurrency: 5,
    bucket: props.bucket,
    child: upgradeProject(scope, props),
  });
}

/**
 * The upgrade of one project. Old ingestion instances are replaced in the middle of the pipeline's upgrade, because they
 * lose their role soon after the ingestion stack is done. Capacity and data processing are put back before the apps are
 * judged, so that a failed app leaves nothing scaled and nothing paused; a redrive pauses and scales again. Where a guardian let
 * processing go on before the console was asked for the upgrade, it is paused again first.
 */
function upgradeProject(scope: Construct, { steps, bucket }: { steps: UpgradeSteps; bucket: IBucket }) {
  const done = Succeed.jsonata(scope, 'ProjectDone', {
    stateName: 'The project is done',
    comment: 'All its apps are; the output is short, there may be a hundred projects.',
    outputs: { projectId: jsonata('$states.input.target.projectId') },
  });
  const judged = judgeApps(scope, steps).then(done);
  const ranApps = Choice.jsonata(scope, 'RanApps', {
    stateName: 'Were apps migrated?',
    comment: 'Without a Map Run there is nothing to judge.',
  })
    .when(Condition.jsonata(jsonata('$exists($states.input.map)')), judged)
    .otherwise(done);
  const resumed = resumeProcessing(scope, steps.resumeProcessing).then(ranApps);
  const restored = restoreCapacity(scope, steps.scaleWarehouse).then(resumed);
  const apps = eachApp(scope, { steps, bucket });
  apps.next(restored);
  const scaled = scaleRedshiftUp(scope, steps.scaleWarehouse).then(apps);
  const anyApps = Choice.jsonata(scope, 'AnyApps', {
    stateName: 'Is there an app to migrate?',
    comment: 'A project whose apps are all done has nothing left but to be put back.',
  })
    .when(Condition.jsonata(jsonata('$count($states.input.items) = 0')), restored)
    .otherwise(scaled);
  const kept = keepProcessingPaused(scope, steps.pauseProcessing).then(anyApps);
  judged.again(kept);
  const finished = finishPipelineUpgrade(scope, steps.upgradePipeline).then(kept);
  const replaced = replaceInstances(scope, steps.replaceInstances).then(finished);
  const started = startPipelineUpgrade(scope, steps.upgradePipeline).then(replaced);
  const paused = pauseProcessing(scope, steps.pauseProcessing).then(started);
  started.takeAgain(paused);
  const timezones = setTimezones(scope, steps.setTimezones).then(paused);
  return listApps(scope, steps).then(timezones);
}
