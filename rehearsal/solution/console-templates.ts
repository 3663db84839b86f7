import { isAtLeast, versionParts, type ConsoleVariant } from '../aws/cloudformation/solution/description';
import type { TemplateParameter } from '../aws/cloudformation/stack-update';
import { TEMPLATE_FILES } from '../aws/cloudformation/solution/console';
import { buildOf } from './releases';

/** A console's template, as its URL tells it. */
export interface PublishedTemplate {
  variant: ConsoleVariant;
  /** Full version, build included. */
  version: string;
}

/**
 * Addresses of the console's templates: bucket, prefix, release, variant. `latest` moves and is left out on purpose.
 * Source: awslabs/clickstream-analytics-on-aws, docs/en/upgrade.md and docs/mkdocs.base.yml; China: upgrade.md of v1.1.7
 */
const ADDRESSES = [
  /^https:\/\/solutions-reference\.s3\.amazonaws\.com\/clickstream-analytics-on-aws\/(v[\d.]+)\/([\w-]+)\.template\.json$/,
  /^https:\/\/aws-gcr-solutions\.s3\.cn-north-1\.amazonaws\.com\.cn\/clickstream-analytics-on-aws\/(v[\d.]+)\/(?:cn\/)?([\w-]+)\.template\.json$/,
];

/** What stands at a URL; undefined where nothing does. */
export function publishedTemplate(url: string): PublishedTemplate | undefined {
  for (const address of ADDRESSES) {
    const [, release, file] = address.exec(url) ?? [];
    const version = release === undefined ? undefined : buildOf(release);
    const variant = VARIANTS.find((candidate) => TEMPLATE_FILES[candidate] === file);
    if (version !== undefined && variant !== undefined) return { variant, version };
  }
  return undefined;
}

const VARIANTS = Object.keys(TEMPLATE_FILES) as ConsoleVariant[];

export function hasOidc(variant: ConsoleVariant): boolean {
  return /oidc|cn|private/.test(variant);
}

/**
 * Parameters of a variant's template in a release. In 1.0.x the OIDC variants had no Email; the role parameters come
 * with 1.1.6. Source: same repository, src/common/parameters.ts, cloudfront-control-plane-stack.ts, alb-control-plane-stack.ts
 */
export function consoleParameters({ variant, version }: PublishedTemplate): TemplateParameter[] {
  const text = (key: string, more: Partial<TemplateParameter> = {}): TemplateParameter => ({
    key,
    type: 'String',
    ...more,
  });
  return [
    ...(isAtLeast(version, '1.1.0') || !hasOidc(variant)
      ? [text('Email', { allowedPattern: '\\w+([-+.]\\w+)*@\\w+([-.]\\w+)*\\.\\w+([-.]\\w+)*' })]
      : []),
    ...(isAtLeast(version, '1.1.6')
      ? [text('IamRolePrefix', { defaultValue: '' }), text('IamRoleBoundaryArn', { defaultValue: '' })]
      : []),
    ...(variant.includes('customdomain')
      ? [text('HostedZoneId', { type: 'AWS::Route53::HostedZone::Id' }), text('HostedZoneName'), text('RecordName')]
      : []),
    ...(hasOidc(variant) ? [text('OIDCProvider'), text('OIDCClientId')] : []),
    ...(variant === 'cloudfront-cn' ? [text('IAMCertificateId'), text('DomainName')] : []),
    ...(variant === 'private-vpc'
      ? [text('VpcId', { type: 'AWS::EC2::VPC::Id' }), text('PrivateSubnets', { type: 'List<AWS::EC2::Subnet::Id>' })]
      : []),
  ];
}

/** Source: same repository, solution-info.ts */
export function consoleDescription({ variant, version }: PublishedTemplate): string {
  const { release, build } = versionParts(version);
  const where = variant === 'private-vpc' ? ' within VPC (Private)' : '';
  return `(SO0219) Clickstream Analytics on AWS (Version ${release})(Build ${build})- Control Plane${where}`;
}
