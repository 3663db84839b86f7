import { refuseOtherMembers } from '../not-simulated';
import type { ServiceCall } from '../service';
import { requiredText, validationError } from './requests';
import type { SimulatedTemplate, TemplateCatalogue, TemplateParameter } from './stack-update';

/**
 * The template behind a URL.
 *
 * @throws AwsError ValidationError with the error text of S3 where there is no object
 */
export function fetchTemplate(catalogue: TemplateCatalogue, url: string): SimulatedTemplate {
  // Source: CloudFormation API Reference, CreateChangeSet (TemplateURL): an object in S3, by https
  if (!/^https:\/\/[^/]*s3[^/]*\.amazonaws\.com(?:\.cn)?\/.+/.test(url)) {
    throw validationError('TemplateURL must be a supported URL.');
  }
  const template = catalogue(url);
  if (template !== undefined) return template;
  throw validationError(
    'S3 error: The specified key does not exist.\n' +
      'For more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html',
  );
}

/** Source: CloudFormation API Reference, GetTemplateSummary. Only for templates by URL. */
export function templateSummary(call: ServiceCall, catalogue: TemplateCatalogue): Record<string, unknown> {
  refuseOtherMembers(call, ['TemplateURL']);
  const template = fetchTemplate(catalogue, requiredText(call, 'TemplateURL'));
  const { capabilities } = template;
  return {
    Parameters: template.parameters.map(describeParameter),
    Description: template.description,
    ...(capabilities.length === 0
      ? {}
      : {
          Capabilities: [...capabilities],
          CapabilitiesReason: `The following resource(s) require capabilities: [${iamTypes(template).join(', ')}]`,
        }),
    ResourceTypes: [...template.resourceTypes],
    Version: '2010-09-09',
  };
}

function describeParameter(parameter: TemplateParameter): Record<string, unknown> {
  const { key, type, defaultValue, noEcho, description, allowedValues } = parameter;
  return {
    ParameterKey: key,
    ...(defaultValue === undefined ? {} : { DefaultValue: defaultValue }),
    ParameterType: type,
    NoEcho: noEcho ?? false,
    ...(description === undefined ? {} : { Description: description }),
    ParameterConstraints: allowedValues === undefined ? {} : { AllowedValues: [...allowedValues] },
  };
}

function iamTypes({ resourceTypes }: SimulatedTemplate): string[] {
  return resourceTypes.filter((type) => type.startsWith('AWS::IAM::'));
}

/**
 * Bucket and key of a template's URL, path-style or virtual-hosted; undefined for what is no such URL.
 * Source: S3 User Guide, "Virtual hosting of buckets"
 */
export function templateObject(url: string): { bucket: string; key: string } | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, pathname } = new URL(url);
  const path = decodeURIComponent(pathname.slice(1));
  const [, hosted] = /^(.+)\.s3[.-][^/]*amazonaws\.com(?:\.cn)?$/.exec(hostname) ?? [];
  if (hosted !== undefined) return { bucket: hosted, key: path };
  const [bucket = '', ...key] = path.split('/');
  return bucket === '' || key.length === 0 ? undefined : { bucket, key: key.join('/') };
}
