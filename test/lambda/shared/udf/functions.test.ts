import { REPLACED_FUNCTIONS, REPLACED_NAMES } from '../../../../lambda/shared/udf/functions';
import { createFunction, dropFunction } from '../../../../lambda/shared/udf/statements';
import { FUNCTIONS } from '../../../../lambda/udf/functions';

const UDF = { functionName: 'ClickstreamUpgrade-udf', roleArn: 'arn:aws-cn:iam::111122223333:role/x' };

describe('The declarations of the Lambda UDF', () => {
  test('are those of the functions that its handler has, with as many arguments', () => {
    expect(Object.fromEntries(Object.entries(REPLACED_FUNCTIONS).map(([name, { arity }]) => [name, arity]))).toEqual(
      Object.fromEntries(Object.entries(FUNCTIONS).map(([name, { arity }]) => [name, arity])),
    );
  });

  test.each(REPLACED_NAMES)('name types only, repeat throttled calls for ten minutes, and are STABLE: %s', (name) => {
    const { text } = createFunction('Shop', name, UDF);
    expect(text).toMatch(
      new RegExp(`EXTERNAL FUNCTION "shop"\\."${name}" \\((varchar\\(65535\\)(, )?)+\\)\\nRETURNS varchar`),
    );
    expect(text).toContain('STABLE\n');
    expect(text).toContain('RETRY_TIMEOUT 600000');
    expect(text).toMatch(/MAX_BATCH_SIZE (512|128) KB$/);
  });

  test('drop a function by its arguments: there is no IF EXISTS', () => {
    expect(dropFunction('shop', 'rm_object_props').text).toMatch(
      /DROP FUNCTION "shop"\."rm_object_props"\(varchar\(65535\), varchar\(65535\)\)$/,
    );
  });

  test.each([
    ['a function of nobody', () => createFunction('shop', 'seventh', UDF)],
    ['a role with a quote in it', () => createFunction('shop', 'rm_object_props', { ...UDF, roleArn: "arn'; DROP" })],
    ['a schema that is none', () => createFunction('shop"x', 'rm_object_props', UDF)],
  ])('refuse %s', (_, make) => {
    expect(make).toThrow(RangeError);
  });
});
