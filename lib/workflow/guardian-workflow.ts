import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Choice, Condition, Pass, Succeed, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../upgrade-steps';
import { jsonata } from './context';
import { cancelLivingStatements } from './phases/cancel-living-statements';
import { giveCapacityBack } from './phases/give-capacity-back';
import { judgeWhatWasPutBack } from './phases/judge-what-was-put-back';
import { lookAtRoot } from './phases/look-at-root';
import { putBackIngestion } from './phases/put-back-ingestion';
import { resumeAfterRoot } from './phases/resume-after-root';
import { tellWhatHappened } from './phases/tell-what-happened';
import { waitForMapRuns } from './phases/wait-for-map-runs';
import { tolerantMap } from './tolerant-map';

/** Context of the guardian: the root is the dead one, and its redrive that under which it ended. */
const GUARDIAN_CONTEXT = jsonata(
  "{'root': {'id': $states.input.root, " +
    "'redrive': $type($states.input.redriveCount) = 'number' ? $states.input.redriveCount : 0}, 'passes': 0}",
);

/**
 * What happens after a root execution has ended badly.
 *
 * Look at the root → Wait for the Map Runs → Put back each project → Tell what happened → Judge what was put back ⟲. Each of its
 * steps looks at the root first and does nothing once that runs again. The lock stays the root's, so that a redrive finds it.
 */
export function guardianWorkflow(scope: Construct, props: { steps: UpgradeSteps; bucket: IBucket }): IChainable {
  const { steps, bucket } = props;
  const begin = Pass.jsonata(scope, 'Begin', {
    stateName: 'Begin to look after the root',
    comment: 'The input names the root that ended, and its redrives by then.',
    outputs: GUARDIAN_CONTEXT,
  });
  const over = Succeed.jsonata(scope, 'Over', {
    stateName: 'The guardian is done',
    comment: 'Everything is put back, or the root goes on by itself.',
    outputs: { root: jsonata('$states.input.root.id') },
  });
  const each = tolerantMap(scope, 'PutBack', {
    stateName: 'Put back each project',
    comment:
      'A child execution for the data of a project, one for its ingestion; none keeps another from being put back.',
    label: 'PutBack',
    maxConcurrency: 10,
    bucket,
    child: putBackProject(scope, steps),
  });
  const judged = judgeWhatWasPutBack(scope, steps.judgeChildren).then(over).again(each);
  const anyMap = Choice.jsonata(scope, 'PutAnyBack', {
    stateName: 'Was there anything to put back?',
    comment: 'Without a Map Run there is nothing to judge.',
  })
    .when(Condition.jsonata(jsonata('$exists($states.input.map)')), judged)
    .otherwise(over);
  const told = tellWhatHappened(scope, steps.tellWhatHappened).then(anyMap);
  each.next(told);
  const waited = waitForMapRuns(scope, steps.waitForMapRuns).then(each);
  const anyItem = Choice.jsonata(scope, 'AnythingHeld', {
    stateName: 'Is there anything to put back?',
    comment: 'A root that never had the lock, or runs again, holds nothing for the guardian.',
  })
    .when(Condition.jsonata(jsonata('$count($states.input.items) = 0')), told)
    .otherwise(waited);
  begin.next(lookAtRoot(scope, steps.lookAtRoot).then(anyItem));
  return begin;
}

/** Statements end before the capacity under them goes; processing comes last. The ingestion fleet waits for neither. */
function putBackProject(scope: Construct, steps: UpgradeSteps): IChainable {
  const done = Succeed.jsonata(scope, 'PutBackDone', {
    stateName: 'It is put back',
    comment: 'The output is short, there may be a hundred projects.',
    outputs: { projectId: jsonata('$states.input.target.projectId') },
  });
  const resumed = resumeAfterRoot(scope, steps.resumeProcessing).then(done);
  const restored = giveCapacityBack(scope, steps.scaleWarehouse).then(resumed);
  const cancelled = cancelLivingStatements(scope, steps.cancelStatements).then(restored);
  const ingestion = putBackIngestion(scope, steps.replaceInstances).then(done);
  return Choice.jsonata(scope, 'WhichPart', {
    stateName: 'Which part of the project?',
    comment: 'Its data, or its ingestion fleet.',
  })
    .when(Condition.jsonata(jsonata("$states.input.target.part = 'ingestion'")), ingestion)
    .otherwise(cancelled);
}
