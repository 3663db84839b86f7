import { publishedTemplate, variantOf, variantOfFile } from '../../../lambda/inspect-and-plan/variant';

const OIDC = { OIDCProvider: 'https://oidc.example.com', OIDCClientId: 'id' };
const DOMAIN = { RecordName: 'console' };
const VPC = { VpcId: 'vpc-1', PrivateSubnets: 'subnet-1' };

/** The seven rows of the guide's table; both private ones have the same template. */
const ROWS: [row: string, parameters: Record<string, string>, variant: string | undefined][] = [
  ['Cognito', { Email: 'a@b.cd' }, 'cloudfront-s3-control-plane-stack-global'],
  ['Cognito with a domain of one’s own', DOMAIN, 'cloudfront-s3-control-plane-stack-global-customdomain'],
  ['OIDC', OIDC, 'cloudfront-s3-control-plane-stack-global-oidc'],
  [
    'OIDC with a domain of one’s own',
    { ...OIDC, ...DOMAIN },
    'cloudfront-s3-control-plane-stack-global-customdomain-oidc',
  ],
  ['OIDC within a VPC', { ...OIDC, ...VPC }, 'private-exist-vpc-control-plane-stack'],
  [
    'OIDC with a domain in China',
    { ...OIDC, IAMCertificateId: 'A', DomainName: 'd' },
    'cloudfront-s3-control-plane-stack-cn',
  ],
  ['a public load balancer, which no row has', { ...VPC, ...OIDC, PublicSubnets: 'subnet-2' }, undefined],
  ['Cognito within a VPC, which no row has', VPC, undefined],
];

describe('The type of a deployment', () => {
  test.each(ROWS)('is told by the parameters of %s', (_, parameters, variant) => {
    expect(variantOf({}, parameters)).toBe(variant);
  });

  test('is what the API function says, whatever the parameters look like', () => {
    const environment = { TEMPLATE_FILE: 'cloudfront-s3-control-plane-stack-global-oidc.template.json' };
    expect(variantOf(environment, DOMAIN)).toBe('cloudfront-s3-control-plane-stack-global-oidc');
    expect(variantOf({ TEMPLATE_FILE: 'public-exist-vpc-control-plane-stack.template.json' }, OIDC)).toBeUndefined();
  });

  test('is read from the URL of a template, version ids aside', () => {
    const url = publishedTemplate('cloudfront-s3-control-plane-stack-cn', 'v1.1.7', 'aws-cn');
    expect(variantOfFile(`${url}?versionId=1`)).toBe('cloudfront-s3-control-plane-stack-cn');
    expect(variantOfFile('https://b.s3.amazonaws.com/mine.template.json')).toBeUndefined();
  });

  test('has a template that does not move: with its release in its path', () => {
    expect(publishedTemplate('cloudfront-s3-control-plane-stack-global', 'v1.1.7', 'aws')).toBe(
      'https://solutions-reference.s3.amazonaws.com/clickstream-analytics-on-aws/v1.1.7/cloudfront-s3-control-plane-stack-global.template.json',
    );
  });
});
