import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Succeed, type DistributedMap } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { UpgradeSteps } from '../../upgrade-steps';
import { jsonata } from '../context';
import { tolerantMap } from '../tolerant-map';
import { dropLegacy } from './drop-legacy';
import { proveAgain } from './prove-again';

/** Apps of one project, one after the other: each is proved by reading all its data. */
export function cleanApps(
  scope: Construct,
  props: { steps: Pick<UpgradeSteps, 'verifyParity' | 'cleanUp'>; bucket: IBucket },
): DistributedMap {
  const { steps, bucket } = props;
  const done = Succeed.jsonata(scope, 'AppClean', {
    stateName: 'The app is cleaned up',
    comment: 'Nothing of the old data model is left; the output is short, there may be many apps.',
    outputs: { appId: jsonata('$states.input.target.appId') },
  });
  return tolerantMap(scope, 'CleanApps', {
    stateName: 'Each app to clean up',
    comment: 'A child execution an app; one that fails does not stop the others.',
    label: 'CleanApps',
    maxConcurrency: 1,
    bucket,
    child: proveAgain(scope, steps.verifyParity).then(dropLegacy(scope, steps.cleanUp).then(done)),
  });
}
