import { CONTENT_REASONS } from '../../content/model/state';
import { EXIT } from '../../errors';
import { contentCost, type ContentCost } from '../../queries/contents/cost';
import { accountSettings } from '../../queries/jobs/store-facts';
import { requireStore } from '../../process/stores';
import { tellAsOf } from '../shared/as-of';
import { sizeCell } from '../render/cells';
import { formatTable } from '../render/table';
import { countOf, formatCount } from '../render/text';
import type { Context } from '../shared/context';
import { costText, quotaOf } from './cost-text';
import { describeChoice, settingsJson, withFlags, type ContentFlags } from './settings';

/** Shows what the texts of files would cost, from the metadata alone. Sends no request and changes nothing. */
export function runContentPlan(context: Context, flags: ContentFlags): number {
  const { home, config, json, out, tell } = context;
  const reader = requireStore(home, config.account);
  try {
    const settings = withFlags(reader, accountSettings(reader).content, flags);
    const cost = contentCost(reader, settings);
    if (json) {
      const { account } = config;
      const quota = quotaOf(cost, config);
      out(JSON.stringify({ account, settings: settingsJson(settings), ...cost, ...quota }));
      return EXIT.ok;
    }
    printCost(context, cost);
    tell(`These are ${describeChoice(settings)}.`);
    tellAsOf(context, reader);
    return EXIT.ok;
  } finally {
    reader.close();
  }
}

const KINDS = [{ title: 'KIND', whole: true }, 'FILES', 'SIZE', 'REQUESTS'];

function printCost({ config, out, tell, streams }: Context, cost: ContentCost): void {
  const rows = cost.kinds.map(({ kind, files, bytes, requests }) => [kind, files, sizeCell(bytes), requests]);
  const total = ['total', cost.files, sizeCell(cost.bytes), cost.requests];
  for (const line of formatTable(KINDS, [...rows, total], streams.stdout)) out(line);
  tell(`All texts: ${costText(cost, config)}.`);
  if (cost.copies > 0)
    tell(
      `${countOf(cost.copies, 'file')} cost nothing: their content is that of another file, by its checksum.`,
    );
  if (cost.kinds.some(({ kind }) => kind.startsWith('google-')))
    tell("The size of Google's own documents is not what is sent: they are exported.");
  for (const { reason, files } of cost.skipped)
    tell(`Left out: ${formatCount(files)}, because ${CONTENT_REASONS[reason].says}.`);
}
