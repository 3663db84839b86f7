import { clickIdOf, trafficOf, type ClickId } from './click-ids';
import type { Parameters } from './query';

/** What one URL says of where a visitor came from. */
export interface Tags {
  id: string | null;
  source: string | null;
  medium: string | null;
  campaign: string | null;
  content: string | null;
  term: string | null;
  sourcePlatform: string | null;
  gclid: string | null;
  clickId: ClickId | null;
}

/** Without a source of its own, the click id gives source and medium, also where it knows neither. */
export function tagsOf(parameters: Parameters): Tags {
  const valueOf = (name: string): string | null => {
    const value = parameters.get(name) ?? '';
    return value === '' ? null : value;
  };
  const source = valueOf('utm_source');
  const clickId = clickIdOf(parameters);
  return {
    id: valueOf('utm_id'),
    source,
    medium: valueOf('utm_medium'),
    campaign: valueOf('utm_campaign'),
    content: valueOf('utm_content'),
    term: valueOf('utm_term'),
    sourcePlatform: valueOf('utm_source_platform'),
    gclid: valueOf('gclid'),
    clickId,
    ...(source === null && clickId !== null ? trafficOf(clickId) : {}),
  };
}
