import type { Decision, Iam, PolicyDocument } from './iam';

export interface ServiceRequest {
  /** Who asks, for example `events.amazonaws.com`. */
  service: string;
  action: string;
  resource: string;
  /** On behalf of what: condition keys `aws:SourceArn` and `aws:SourceAccount`. */
  sourceArn: string;
}

/** Policies of resources: what other AWS services may do with them, and nobody else is asked here. */
export class ResourcePolicies {
  private readonly documents = new Map<string, PolicyDocument>();

  constructor(
    private readonly iam: Iam,
    policies: readonly { resourceArn: string; document: PolicyDocument }[],
  ) {
    for (const { resourceArn, document } of policies) this.documents.set(resourceArn, document);
  }

  async allows(request: ServiceRequest): Promise<Decision> {
    const { service, action, resource, sourceArn } = request;
    const document = this.documents.get(resource);
    const denied = `${service} is not authorized to perform: ${action} on resource: ${resource} for ${sourceArn}`;
    if (document === undefined) return { allowed: false, message: `${denied}: it has no policy` };
    const allowed = await this.iam.allowsService({ service, action, resource, document, sourceArn });
    return allowed ? { allowed: true } : { allowed: false, message: denied };
  }
}
