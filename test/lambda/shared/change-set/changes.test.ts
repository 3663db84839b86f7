import {
  changeSetName,
  changeSetPrefix,
  OPERATION_PREFIX,
  updateToken,
} from '../../../../lambda/shared/change-set/names';
import {
  changeText,
  countsText,
  isRisky,
  notApproved,
  riskyFirst,
  type Change,
} from '../../../../lambda/shared/change-set/changes';
import { changeSetState, isNoChange } from '../../../../lambda/shared/change-set/making';

const change = (action: string, logicalId: string, type: string, replacement?: 'True' | 'Conditional'): Change => ({
  action,
  logicalId,
  type,
  ...(replacement === undefined ? {} : { replacement }),
});

const TABLE = 'AWS::DynamoDB::Table';
const LAMBDA = 'AWS::Lambda::Function';

describe('the changes of a change set', () => {
  it.each([
    [change('Modify', 'A', TABLE), false],
    [change('Modify', 'A', TABLE, 'Conditional'), true],
    [change('Modify', 'A', 'AWS::Cognito::UserPool', 'True'), true],
    [change('Remove', 'A', 'AWS::S3::Bucket'), true],
    [change('Remove', 'A', 'AWS::CloudFront::Distribution'), true],
    [change('Add', 'A', TABLE), false],
    [change('Remove', 'A', LAMBDA), false],
    [change('Modify', 'A', LAMBDA, 'True'), false],
  ])('are risky where data or an address are lost: %j', (item, risky) => {
    expect(isRisky(item)).toBe(risky);
  });

  it('are listed with the risky ones first and the others in their order', () => {
    const [a, b, c] = [change('Add', 'A', LAMBDA), change('Remove', 'B', TABLE), change('Add', 'C', LAMBDA)];

    expect(riskyFirst([a, b, c])).toEqual([b, a, c]);
  });

  it('read as text', () => {
    expect(changeText(change('Modify', 'Users', 'AWS::Cognito::UserPool', 'True'))).toBe(
      'Modify Cognito::UserPool Users (replacement: True)',
    );
    expect(countsText([change('Add', 'A', LAMBDA), change('Add', 'B', LAMBDA), change('Remove', 'C', LAMBDA)])).toBe(
      '3 changes: 2 Add, 1 Remove',
    );
    expect(countsText([])).toBe('0 changes');
  });

  const approved = [change('Modify', 'A', TABLE, 'Conditional'), change('Add', 'B', LAMBDA)];
  it.each([
    ['the same', approved, []],
    ['fewer', [change('Add', 'B', LAMBDA)], []],
    ['less replaced', [change('Modify', 'A', TABLE)], []],
    ['more replaced', [change('Modify', 'A', TABLE, 'True')], ['A']],
    ['another action', [change('Remove', 'B', LAMBDA)], ['B']],
    ['another type', [change('Add', 'B', TABLE)], ['B']],
    ['another resource', [...approved, change('Modify', 'C', LAMBDA)], ['C']],
  ])('are compared with the approved ones: %s', (_name, changes, extra) => {
    expect(notApproved(changes, approved).map(({ logicalId }) => logicalId)).toEqual(extra);
  });
});

describe('the state of a change set', () => {
  const set = (status: string, executionStatus = 'UNAVAILABLE', reason = ''): Parameters<typeof changeSetState>[0] => ({
    name: 'n',
    id: 'i',
    status,
    executionStatus,
    reason,
    changes: [],
  });

  it.each([
    [undefined, 'missing'],
    [set('CREATE_PENDING'), 'underway'],
    [set('CREATE_IN_PROGRESS'), 'underway'],
    [set('DELETE_IN_PROGRESS'), 'underway'],
    [set('DELETE_COMPLETE'), 'missing'],
    [set('CREATE_COMPLETE', 'AVAILABLE'), 'ready'],
    [set('CREATE_COMPLETE', 'OBSOLETE'), 'obsolete'],
    [set('CREATE_COMPLETE', 'EXECUTE_IN_PROGRESS'), 'underway'],
    [set('CREATE_COMPLETE', 'EXECUTE_COMPLETE'), 'consumed'],
    [set('CREATE_COMPLETE', 'EXECUTE_FAILED'), 'consumed'],
    [set('FAILED', 'UNAVAILABLE', 'No updates are to be performed.'), 'nothing'],
    [set('FAILED', 'UNAVAILABLE', 'Transform failed'), 'failed'],
    [set('DELETE_FAILED', 'UNAVAILABLE', 'x'), 'failed'],
  ])('of %j is %s', (described, is) => {
    expect(changeSetState(described).is).toBe(is);
  });

  it('knows both wordings of "no changes" and takes no other failure for one', () => {
    expect(
      isNoChange(
        "The submitted information didn't contain changes. Submit different information to create a change set.",
      ),
    ).toBe(true);
    expect(isNoChange('No updates are to be performed.')).toBe(true);
    expect(isNoChange('Parameter validation failed')).toBe(false);
  });
});

describe('names of change sets and tokens', () => {
  it('are CloudFormation’s, the same for the same attempt, and different for another root, plan or attempt', () => {
    const name = changeSetName('root-1', 'hash', 'p0');

    expect(name).toMatch(/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/);
    expect(name.startsWith(changeSetPrefix('root-1', 'hash'))).toBe(true);
    const others = [
      changeSetName('root-2', 'hash', 'p0'),
      changeSetName('root-1', 'other', 'p0'),
      changeSetName('root-1', 'hash', 'p1'),
    ];
    expect(new Set([name, changeSetName('root-1', 'hash', 'p0'), ...others]).size).toBe(4);
  });

  it('carry the prefix by which the trigger knows our own updates', () => {
    expect(updateToken('key', 'root', 1)).toMatch(/^clickstream-upgrade-[0-9a-f]{40}$/);
    expect(OPERATION_PREFIX).toBe('clickstream-upgrade-');
    expect(updateToken('key', 'root', 1)).not.toBe(updateToken('key', 'root', 2));
  });
});
