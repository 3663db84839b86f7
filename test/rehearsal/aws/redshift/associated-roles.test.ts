import {
  DescribeClustersCommand,
  InvalidClusterStateFault,
  ModifyClusterIamRolesCommand,
  RedshiftClient,
} from '@aws-sdk/client-redshift';
import {
  ConflictException,
  GetNamespaceCommand,
  RedshiftServerlessClient,
  UpdateNamespaceCommand,
  ValidationException,
} from '@aws-sdk/client-redshift-serverless';
import { Redshift } from '../../../../rehearsal/aws/redshift/redshift';
import { RedshiftServerless } from '../../../../rehearsal/aws/redshift-serverless/redshift-serverless';
import type { PolicyDocument } from '../../../../rehearsal/aws/iam/iam';
import { Account, ACCOUNT, allow, REGION, START_MS } from '../door-harness';
import { HeldClock } from '../held-clock';

const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const COPY = role('ClickstreamRedshiftCopyRole');
const OURS = role('ClickstreamUpgrade-udf-eu-west-1');
const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

let account: Account;
let time: HeldClock;
let serverless: RedshiftServerlessClient;
let provisioned: RedshiftClient;

async function open(policy: PolicyDocument = allow('*')): Promise<void> {
  account = new Account(policy);
  time = new HeldClock(account.clock);
  const workgroups = new RedshiftServerless(account.clock);
  workgroups.add({
    region: REGION,
    name: 'wg',
    arn: `arn:aws:redshift-serverless:${REGION}:${ACCOUNT}:workgroup/1`,
    namespaceName: 'ns',
    baseCapacityRpu: 32,
    createdMs: START_MS,
    parameters: {},
  });
  const clusters = new Redshift(account.clock);
  clusters.add({ region: REGION, identifier: 'one', nodeType: 'ra3.xlplus', numberOfNodes: 2, createdMs: START_MS });
  account.directory = {
    namespaceArn: (region, name) => workgroups.namespaceArn(region, name),
  };
  await account.open(workgroups, clusters);
  serverless = account.client(RedshiftServerlessClient, { maxAttempts: 1 });
  provisioned = account.client(RedshiftClient, { maxAttempts: 1 });
}

afterEach(() => account.close());

describe('The roles of a namespace', () => {
  const shown = async (): Promise<unknown> => {
    const { namespace } = await serverless.send(new GetNamespaceCommand({ namespaceName: 'ns' }));
    return { status: namespace?.status, iamRoles: namespace?.iamRoles };
  };
  const update = (iamRoles: string[], defaultIamRoleArn?: string): Promise<unknown> =>
    serverless.send(new UpdateNamespaceCommand({ namespaceName: 'ns', iamRoles, defaultIamRoleArn }));

  test('are texts, replaced as a whole in about a minute in which no other change is taken', async () => {
    await open();
    expect(await shown()).toEqual({
      status: 'AVAILABLE',
      iamRoles: [`IamRole(applyStatus=in-sync, iamRoleArn=${COPY})`],
    });
    await update([COPY, OURS]);
    expect(await shown()).toEqual({
      status: 'MODIFYING',
      iamRoles: [`IamRole(applyStatus=in-sync, iamRoleArn=${COPY})`, `IamRole(applyStatus=adding, iamRoleArn=${OURS})`],
    });
    expect(await failure(update([COPY]))).toBeInstanceOf(ConflictException);
    await time.minutes(2);
    await update([OURS]);
    expect(await shown()).toMatchObject({
      iamRoles: [
        `IamRole(applyStatus=removing, iamRoleArn=${COPY})`,
        `IamRole(applyStatus=in-sync, iamRoleArn=${OURS})`,
      ],
    });
    await time.minutes(2);
    expect(await shown()).toEqual({
      status: 'AVAILABLE',
      iamRoles: [`IamRole(applyStatus=in-sync, iamRoleArn=${OURS})`],
    });
  });

  test('are refused where they are no roles, too many, or without the default one', async () => {
    await open();
    expect(await failure(update(['role/x']))).toBeInstanceOf(ValidationException);
    expect(await failure(update(Array.from({ length: 51 }, (_, at) => role(`r${at}`))))).toBeInstanceOf(
      ValidationException,
    );
    expect(await failure(update([COPY], OURS))).toBeInstanceOf(ValidationException);
  });

  test.each([
    ['a new one', [OURS]],
    ['one that is there', [COPY]],
  ])('are passed, and that is a permission of its own: %s', async (_, roles) => {
    await open(allow('redshift-serverless:*'));
    const refused = await failure(update(roles));
    expect(refused).toMatchObject({ name: 'AccessDeniedException' });
    expect(String(refused)).toContain(`iam:PassRole on resource: ${String(roles[0])}`);
  });
});

describe('The roles of a cluster', () => {
  const shown = async (): Promise<unknown> => {
    const { Clusters } = await provisioned.send(new DescribeClustersCommand({ ClusterIdentifier: 'one' }));
    return Clusters?.[0]?.IamRoles;
  };
  const modify = (AddIamRoles: string[], RemoveIamRoles: string[] = []): Promise<unknown> =>
    provisioned.send(new ModifyClusterIamRolesCommand({ ClusterIdentifier: 'one', AddIamRoles, RemoveIamRoles }));

  test('are added and taken away one by one, while the cluster is at nothing else', async () => {
    await open();
    await modify([OURS]);
    expect(await shown()).toEqual([
      { IamRoleArn: COPY, ApplyStatus: 'in-sync' },
      { IamRoleArn: OURS, ApplyStatus: 'adding' },
    ]);
    expect(await failure(modify([], [COPY]))).toBeInstanceOf(InvalidClusterStateFault);
    await time.minutes(2);
    await modify([], [COPY]);
    await time.minutes(2);
    expect(await shown()).toEqual([{ IamRoleArn: OURS, ApplyStatus: 'in-sync' }]);
  });

  test('are at most fifty, and passed', async () => {
    await open();
    const many = Array.from({ length: 50 }, (_, at) => role(`r${at}`));
    expect(await failure(modify(many))).toMatchObject({ name: 'InvalidParameterValue' });
    await account.close();
    await open(allow('redshift:*'));
    expect(await failure(modify([OURS]))).toMatchObject({ name: 'AccessDenied' });
  });
});
