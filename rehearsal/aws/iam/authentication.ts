import type { ProtocolName } from '../protocol/service-model';
import type { WireRequest } from '../protocol/wire';
import { AwsError, type Caller } from '../service';
import type { Credentials } from './credentials';

/** The SigV4 scope of a request: which service, where, and whose key. */
export interface SigningScope {
  accessKeyId: string;
  region: string;
  signingName: string;
}

/** Source: IAM User Guide, "Elements of an AWS API request signature", Authorization header. */
export function signingScope(request: WireRequest): SigningScope | undefined {
  const header = request.headers['authorization'] ?? '';
  const [, accessKeyId, region, signingName] =
    /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/\d{8}\/([^/,]+)\/([^/,]+)\/aws4_request\b/.exec(header) ?? [];
  if (accessKeyId === undefined || region === undefined || signingName === undefined) return undefined;
  return { accessKeyId, region, signingName };
}

/**
 * Finds who signed. The signature itself is not recomputed: a key and its session token are known to nobody
 * but their holder.
 *
 * @throws AwsError as the protocols word an unknown key and an expired token
 */
export function identify(
  scope: SigningScope,
  request: WireRequest,
  protocol: ProtocolName,
  credentials: Credentials,
): Caller {
  const known = credentials.find(scope.accessKeyId);
  if (known === undefined || request.headers['x-amz-security-token'] !== known.sessionToken) throw unknownKey(protocol);
  if (credentials.isExpired(known)) throw expired(protocol);
  return known.caller;
}

// Sources: common errors of each service's API reference; S3 API Reference, "Error responses".

function unknownKey(protocol: ProtocolName): AwsError {
  const invalid = 'The security token included in the request is invalid.';
  switch (protocol) {
    case 'restXml':
      return new AwsError(
        'InvalidAccessKeyId',
        'The AWS Access Key Id you provided does not exist in our records.',
        403,
      );
    case 'awsQuery':
      return new AwsError('InvalidClientTokenId', invalid, 403);
    case 'restJson1':
      return new AwsError('UnrecognizedClientException', invalid, 403);
    case 'awsJson1_0':
    case 'awsJson1_1':
      return new AwsError('UnrecognizedClientException', invalid);
  }
}

function expired(protocol: ProtocolName): AwsError {
  const message = 'The security token included in the request is expired';
  switch (protocol) {
    case 'restXml':
      return new AwsError('ExpiredToken', 'The provided token has expired.');
    case 'awsQuery':
      return new AwsError('ExpiredToken', message, 403);
    case 'restJson1':
      return new AwsError('ExpiredTokenException', message, 403);
    case 'awsJson1_0':
    case 'awsJson1_1':
      return new AwsError('ExpiredTokenException', message);
  }
}
