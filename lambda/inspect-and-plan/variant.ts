import { CONSOLE_VARIANTS, type ConsoleVariant } from '../shared/plan/console-plan';

/**
 * Which template a console was made with: its API function says so from 1.1.6 on, before that the parameters tell.
 * Undefined where it is none of the guide's table, for example a public load balancer.
 * Source: awslabs/clickstream-analytics-on-aws, src/main.ts, common/parameters.ts, click-stream-api.ts
 */
export function variantOf(
  environment: Record<string, string>,
  parameters: Record<string, string>,
): ConsoleVariant | undefined {
  const file = environment['TEMPLATE_FILE'];
  if (file !== undefined && file !== '') return variantOfFile(file);
  const has = (name: string): boolean => (parameters[name] ?? '') !== '';
  if (has('VpcId')) {
    return has('OIDCProvider') && !has('PublicSubnets') ? 'private-exist-vpc-control-plane-stack' : undefined;
  }
  if (has('IAMCertificateId')) return 'cloudfront-s3-control-plane-stack-cn';
  const domain = has('RecordName') ? '-customdomain' : '';
  const oidc = has('OIDCProvider') ? '-oidc' : '';
  return `cloudfront-s3-control-plane-stack-global${domain}${oidc}`;
}

/** The variant that a template's file name tells, whatever stands before it. */
export function variantOfFile(path: string): ConsoleVariant | undefined {
  const file = path.slice(path.lastIndexOf('/') + 1).replace(/\.template\.json(?:\?.*)?$/, '');
  return CONSOLE_VARIANTS.find((variant) => variant === file);
}

/**
 * Where the solution publishes the template of a release. The guide's links name `latest`, which floats; the same path with
 * a release does not. In China both links of the guide lead to a bucket there.
 * Source: same repository, docs/zh/upgrade.md and docs/mkdocs.base.yml
 */
export function publishedTemplate(variant: ConsoleVariant, release: string, partition: string): string {
  const base =
    partition === 'aws-cn'
      ? 'https://aws-gcr-solutions.s3.cn-north-1.amazonaws.com.cn/clickstream-analytics-on-aws'
      : 'https://solutions-reference.s3.amazonaws.com/clickstream-analytics-on-aws';
  const folder = partition === 'aws-cn' ? `${release}/cn` : release;
  return `${base}/${folder}/${variant}.template.json`;
}
