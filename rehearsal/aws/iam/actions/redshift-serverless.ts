import { text } from '../../input';
import { regionalArn } from '../../arns';
import type { ActionTable } from './action';

/** Source: Service Authorization Reference, "Amazon Redshift Serverless". */
export const redshiftServerlessActions: ActionTable = {
  GetWorkgroup: (call, directory) => {
    const { region, caller } = call;
    const name = text(call, 'workgroupName');
    const arn = regionalArn('redshift-serverless', region, caller.accountId, `workgroup/${name}`);
    return [{ action: 'redshift-serverless:GetWorkgroup', resource: directory.workgroupArn?.(region, name) ?? arn }];
  },
};
