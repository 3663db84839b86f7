import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { guardianName } from '../names';
import type { UpgradeSteps } from '../upgrade-steps';
import { guardianWorkflow } from './guardian-workflow';
import { StandardMachine } from './standard-machine';

export interface GuardianMachineProps {
  steps: UpgradeSteps;
  /** Where its Map writes its results. */
  bucket: IBucket;
}

/** The machine that puts back what an execution of the other one has left behind. */
export class GuardianMachine extends StandardMachine {
  constructor(scope: Construct, id: string, { steps, bucket }: GuardianMachineProps) {
    super(scope, id, {
      name: guardianName(scope),
      comment: 'Puts back what an upgrade that ended badly has changed for a while, and tells people.',
      workflow: (machine) => guardianWorkflow(machine, { steps, bucket }),
      steps: steps.all,
      bucket,
      labels: ['PutBack'],
    });
  }
}
