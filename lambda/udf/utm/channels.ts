import { lowerCased } from './referrers';
import type { Tags } from './tags';

/** Why a visitor came, as far as it is known. */
export interface Evidence {
  tags: Tags;
  /** `Search`, `Social`, `Video`, `Shopping`; null where nothing is known. */
  category: string | null;
  /** The page's own referrer, also while the latest referrer of the session is looked at. */
  referrer: string | null;
}

type Rule = readonly [channel: string, applies: (evidence: Evidence) => boolean];

/** The solution's channel groups. The first rule that applies decides. */
const RULES: readonly Rule[] = [
  ['Direct', (evidence) => evidence.category === null && hasAllTags(evidence.tags)],
  ['Paid Search', (evidence) => evidence.category === 'Search' && isPaid(evidence.tags)],
  ['Organic Search', ({ category, tags }) => category === 'Search' && [null, 'organic'].includes(tags.medium)],
  ['Paid Social', (evidence) => evidence.category === 'Social' && isPaid(evidence.tags)],
  ['Organic Social', ({ category, tags }) => category === 'Social' || isSocialMedium(tags.medium)],
  ['Paid Video', (evidence) => evidence.category === 'Video' && isPaid(evidence.tags)],
  ['Organic Video', ({ category, tags }) => category === 'Video' || contains(tags.medium, 'video')],
  ['Paid Shopping', (evidence) => evidence.category === 'Shopping' && isPaid(evidence.tags)],
  ['Organic Shopping', ({ category, tags }) => category === 'Shopping' || contains(tags.campaign, 'shop')],
  ['Paid Other', ({ category, tags }) => category === null && isPaidMedium(tags.medium)],
  ['Email', ({ tags, referrer }) => [tags.source, tags.medium, referrer].some((text) => contains(text, 'email'))],
  ['SMS', ({ tags }) => contains(tags.source, 'sms') || contains(tags.medium, 'sms')],
  ['Audio', ({ tags }) => tags.medium === 'audio'],
  ['Mobile Push Notifications', ({ tags }) => isPushMedium(tags.medium)],
  ['Referral', ({ category, referrer }) => category === null && contains(referrer, 'internal')],
  ['Internal Referral', ({ referrer }) => contains(referrer, 'Internal')],
];

/** Undefined where no rule applies. */
export function channelOf(evidence: Evidence): string | undefined {
  return RULES.find(([, applies]) => applies(evidence))?.[0];
}

const SOCIAL_MEDIA = ['social', 'social-network', 'social-media', 'sm', 'social network', 'social media'];

export function isSocialMedium(medium: string | null): boolean {
  return medium !== null && SOCIAL_MEDIA.includes(lowerCased(medium));
}

function isPaid({ medium, clickId }: Tags): boolean {
  return clickId !== null || isPaidMedium(medium);
}

function isPaidMedium(medium: string | null): boolean {
  return ['cp', 'ppc', 'retargeting', 'paid'].some((part) => contains(medium, part));
}

function isPushMedium(medium: string | null): boolean {
  return medium?.endsWith('push') === true || contains(medium, 'mobile') || contains(medium, 'notification');
}

function hasAllTags({ source, medium, campaign, content, term, id, sourcePlatform }: Tags): boolean {
  return ![source, medium, campaign, content, term, id, sourcePlatform].includes(null);
}

function contains(text: string | null, part: string): boolean {
  return text?.includes(part) === true;
}
