import { decideAssociation, readRole } from '../../../../lambda/shared/udf/association';

const ROLE = 'arn:aws:iam::111122223333:role/ClickstreamUpgrade-udf-us-east-1';

describe('The association of a role with a warehouse', () => {
  test.each([
    ['is there', [{ arn: ROLE, status: 'in-sync' }], true, 'done'],
    ['is being made', [{ arn: ROLE, status: 'adding' }], false, 'wait'],
    ['is being taken away', [{ arn: ROLE, status: 'removing' }], false, 'wait'],
    ['has to wait for another change', [], true, 'wait'],
    ['is missing', [{ arn: `${ROLE}-other`, status: 'in-sync' }], false, 'associate'],
  ] as const)('%s', (_, roles, busy, action) => {
    expect(decideAssociation({ roles: [...roles], busy }, ROLE)).toBe(action);
  });

  test('is read from the text that GetNamespace shows, and from a bare ARN', () => {
    expect(readRole(`IamRole(applyStatus=adding, iamRoleArn=${ROLE})`)).toEqual({ arn: ROLE, status: 'adding' });
    expect(readRole(ROLE)).toEqual({ arn: ROLE, status: 'in-sync' });
  });
});
