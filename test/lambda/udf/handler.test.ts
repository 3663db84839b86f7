import '../support/silence';
import { Logger } from '@aws-lambda-powertools/logger';
import { handler } from '../../../lambda/udf';

describe('The handler', () => {
  const info = jest.spyOn(Logger.prototype, 'info');
  const error = jest.spyOn(Logger.prototype, 'error');
  beforeEach(() => jest.clearAllMocks());

  test('gives back text, and tells of each batch once, of no row', async () => {
    const records = [['{"a":null}'], ['secret'], ['{"b":{"type":"number","value":"secret"}}']];
    const text = await handler({
      external_function: 'app1.transform_event_custom_props',
      num_records: records.length,
      arguments: records,
      query_id: 7,
    });
    expect(text).toBe('{"success":true,"num_records":3,"results":["{\\"a\\": null}",null,"{\\"b\\": \\"secret\\"}"]}');
    expect(info).toHaveBeenCalledTimes(1);
    expect(info).toHaveBeenCalledWith('Batch', {
      function: 'transform_event_custom_props',
      records: 3,
      deviations: { memberKept: 2, unusable: 1 },
      ids: { query: 7 },
    });
    expect(error).not.toHaveBeenCalled();
  });

  test('tells of a batch that it refuses', async () => {
    const answer = JSON.parse(await handler({ external_function: 'app1.other', arguments: [['secret']] })) as object;
    expect(answer).toMatchObject({ success: false });
    expect(error).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(error.mock.calls)).not.toContain('secret');
  });
});
