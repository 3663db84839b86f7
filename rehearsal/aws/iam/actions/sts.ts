import { text } from '../../input';
import { type ActionTable } from './action';

/** Source: Service Authorization Reference, "AWS Security Token Service"; STS API Reference, GetCallerIdentity. */
export const stsActions: ActionTable = {
  AssumeRole: (call) => {
    const externalId = text(call, 'ExternalId');
    const context: Record<string, string> = { 'sts:RoleSessionName': text(call, 'RoleSessionName') };
    if (externalId !== '') context['sts:ExternalId'] = externalId;
    return [{ action: 'sts:AssumeRole', resource: text(call, 'RoleArn'), context }];
  },
  // "No permissions are required to perform this operation", not even when a policy denies it.
  GetCallerIdentity: () => [],
};
