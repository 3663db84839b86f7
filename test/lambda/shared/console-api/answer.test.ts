import { readAnswer } from '../../../../lambda/shared/console-api/answer';

describe('an answer of the console’s API', () => {
  it.each([
    [201, '{"success":true,"message":"Pipeline upgraded.","data":{"id":"p"}}', { is: 'accepted', data: { id: 'p' } }],
    [400, '{"success":false,"message":"no"}', { is: 'refused', status: 400, message: 'no' }],
    // The time zone route refuses with a body that says success.
    [
      400,
      '{"success":true,"message":"not allowed","data":null}',
      { is: 'refused', status: 400, message: 'not allowed' },
    ],
    [
      400,
      '{"success":false,"message":"Parameter verification failed.","error":[{"msg":"Not Modified."}]}',
      { is: 'refused', status: 400, message: 'Parameter verification failed. ([{"msg":"Not Modified."}])' },
    ],
    [
      200,
      '<!doctype html><html></html>',
      { is: 'refused', status: 200, message: 'It answered with a web page: the token was not accepted.' },
    ],
    [302, '', { is: 'refused', status: 302, message: '' }],
  ])('%d %s', (status, text, answer) => {
    expect(readAnswer(status, text)).toEqual(answer);
  });

  it.each([500, 502, 504, 429, 408])('of %d tells nothing about what was done', (status) => {
    expect(readAnswer(status, '{"message":"x"}')).toMatchObject({ is: 'unknown' });
  });
});
