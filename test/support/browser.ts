/** A browser that follows Google's consent page without showing it. */

/** What the person does on the page. */
export interface Decision {
  decision?: 'allow' | 'deny';
  /** Takes the ticks off all boxes but these. */
  granted?: readonly string[];
  account?: string;
}

/** Opens the consent page, decides, and returns the address that the browser is sent to, without going there. */
export async function consent(
  address: string,
  { decision = 'allow', granted, account }: Decision = {},
): Promise<string> {
  const page = await (await fetch(address)).text();
  const action = unescape(/<form method="post" action="([^"]*)"/.exec(page)?.[1] ?? '');
  const boxes = [...page.matchAll(/name="granted" value="([^"]*)"/g)].map(([, value = '']) =>
    unescape(value),
  );
  const first = unescape(/<option value="([^"]*)"/.exec(page)?.[1] ?? '');
  const form = new URLSearchParams({ decision, account: account ?? first });
  for (const scope of granted ?? boxes) form.append('granted', scope);
  const answer = await fetch(new URL(action, address), { method: 'POST', body: form, redirect: 'manual' });
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`the consent page sent the browser nowhere: ${await answer.text()}`);
  return location;
}

function unescape(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
