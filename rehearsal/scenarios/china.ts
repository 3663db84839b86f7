import { changeSets } from './console-world';
import { beforeUpgrade, says, upgradedCompletely } from './guide';
import { actedOn } from './outside';
import { equal, holds, migratedCompletely, type Scenario } from './scenario';

const BEFORE = beforeUpgrade([
  {
    projectId: 'shop_f3kx',
    region: 'cn-northwest-1',
    apps: [{ appId: 'webshop', timezone: 'Asia/Shanghai' }],
    ingestion: { infra: 'EC2' },
  },
]);

export const china: Scenario = {
  name: 'china',
  title: 'the whole upgrade in the partition aws-cn, console in Beijing and project in Ningxia',
  events: 1_000,
  world: { ...BEFORE.world, partition: 'aws-cn' },
  input: BEFORE.input,

  async play(stage) {
    const upgraded = await stage.run();
    const { callLog, region } = stage.world.account;
    const [change] = actedOn(stage, 'cloudformation', 'CreateChangeSet');
    const foreign = callLog.calls
      .filter((call) => !call.region.startsWith('cn-') || call.resources.some((arn) => arn.startsWith('arn:aws:')))
      .map((call) => `${call.operation} ${call.region} ${call.resources.join()}`);
    return [
      equal('the upgrade succeeded', upgraded.status, 'SUCCEEDED'),
      equal('our own stack is beside the console', region, 'cn-north-1'),
      says('the template is that of China', change?.input, [
        'https://aws-gcr-solutions.s3.cn-north-1.amazonaws.com.cn/clickstream-analytics-on-aws/v1.1.7/',
        'cloudfront-s3-control-plane-stack-cn.template.json',
      ]),
      equal('the console was upgraded by one change set', changeSets(stage).executed.length, 1),
      holds('calls were made', callLog.calls.length > 0, callLog.calls.length),
      equal('no call went to another partition', [...new Set(foreign)], []),
      ...(await upgradedCompletely(stage)),
    ];
  },

  expect: (result) => migratedCompletely(result),
};
