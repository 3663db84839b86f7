import { regionalArn } from '../../arns';
import { text } from '../../input';
import type { ServiceCall } from '../../service';
import { on, onEverything, type ActionTable } from './action';

const onApplication = on(applicationArn);

/** Source: Service Authorization Reference, "Amazon EMR Serverless": ARNs begin their resource with a slash. */
export const emrServerlessActions: ActionTable = {
  ListApplications: onEverything,
  GetApplication: onApplication,
  StopApplication: onApplication,
  ListJobRuns: onApplication,
  GetJobRun: on((call) => `${applicationArn(call)}/jobruns/${text(call, 'jobRunId')}`),
};

function applicationArn(call: ServiceCall): string {
  const { region, caller } = call;
  return regionalArn('emr-serverless', region, caller.accountId, `/applications/${text(call, 'applicationId')}`);
}
