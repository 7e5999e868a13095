import type { Config } from '../../config';
import { UNITS } from '../../drive/limiter';
import type { ContentCost } from '../../queries/contents/cost';
import { countOf, formatCount, formatSize, formatSpan } from '../render/text';

/** What a project may spend in a day before Google may charge for it: https://developers.google.com/workspace/drive/api/guides/limits */
const UNITS_PER_DAY = 400_000_000;
const MINUTE_MS = 60_000;

/** What fetching costs of Google's quota. */
export interface QuotaCost {
  units: number;
  /** The part of the units that a project may spend in a day. */
  dayShare: number;
  /** How long it takes at least. */
  minutes: number;
}

/** What requests for contents cost at the granted pace. */
export function quotaOf({ requests }: ContentCost, { unitsPerMinute }: Config): QuotaCost {
  const units = requests * UNITS.content;
  return { units, dayShare: units / UNITS_PER_DAY, minutes: units / unitsPerMinute };
}

/** The cost in one sentence. */
export function costText(cost: ContentCost, config: Config): string {
  const { units, dayShare, minutes } = quotaOf(cost, config);
  return `${countOf(cost.files, 'file')}, ${formatSize(cost.bytes)}, ${countOf(cost.requests, 'request')}: ${formatCount(units)} quota units, ${percent(dayShare)} of a day's; at least ${formatSpan(minutes * MINUTE_MS)}`;
}

function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return '0 %';
  return value < 0.1 ? 'less than 0.1 %' : `${value.toFixed(1)} %`;
}
