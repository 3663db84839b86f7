import { ACCOUNT_ID } from '../world/account';
import type { World } from '../world/world';
import type { OperatorPlace } from './operator';

/** An operator's place in a world. */
export function operatorPlace({ clock, account }: World): OperatorPlace {
  const { iam, credentials, region, url: endpointUrl, stateTable } = account;
  return { clock, iam, credentials, accountId: ACCOUNT_ID, region, endpointUrl, stateTable };
}
