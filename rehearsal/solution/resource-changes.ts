import type { TemplateChange } from '../aws/cloudformation/stack-update';
import type { SimulatedStack, SimulatedStackResource } from '../aws/cloudformation/stacks';

/** New code everywhere, what is new, what is gone; nothing is replaced. */
export function resourceChanges(current: SimulatedStack, next: SimulatedStack): TemplateChange[] {
  const [before, after] = [idsOf(current), idsOf(next)];
  const change = ({ logicalId, physicalId, type }: SimulatedStackResource): Omit<TemplateChange, 'action'> => ({
    logicalId,
    physicalId,
    type,
  });
  return [
    ...next.resources
      .filter(({ logicalId, type }) => before.has(logicalId) && !KEPT.has(type))
      .map((resource): TemplateChange => ({ action: 'Modify', ...change(resource), replacement: 'False' })),
    ...next.resources
      .filter(({ logicalId }) => !before.has(logicalId))
      .map(({ logicalId, type }): TemplateChange => ({ action: 'Add', logicalId, type })),
    ...current.resources
      .filter(({ logicalId }) => !after.has(logicalId))
      .map((resource): TemplateChange => ({ action: 'Remove', ...change(resource) })),
  ];
}

/** What no release touches; code and definitions change with each. */
const KEPT = new Set(['AWS::DynamoDB::Table', 'AWS::S3::Bucket']);

function idsOf({ resources }: SimulatedStack): Set<string> {
  return new Set(resources.map(({ logicalId }) => logicalId));
}
