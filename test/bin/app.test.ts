import { synthesise } from '../../rehearsal/synth';
import { stacksOf } from '../../rehearsal/template/assembly';

describe('The CDK app', () => {
  test('has the stack of the Lambda that Redshift calls once a region, under one name', async () => {
    const context = {
      stackName: 'Other',
      region: 'us-east-1',
      udfRegions: 'eu-west-1,ap-southeast-1',
      'aws:cdk:bundling-stacks': [],
    };
    expect(stacksOf(await synthesise({ context }))).toEqual([
      { id: 'ClickstreamUpgrade', stackName: 'Other', region: 'us-east-1' },
      { id: 'ClickstreamUpgrade-udf', stackName: 'Other-udf', region: 'us-east-1' },
      { id: 'ClickstreamUpgrade-udf-eu-west-1', stackName: 'Other-udf', region: 'eu-west-1' },
      { id: 'ClickstreamUpgrade-udf-ap-southeast-1', stackName: 'Other-udf', region: 'ap-southeast-1' },
    ]);
  }, 120_000);
});
