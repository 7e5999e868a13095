import type { OAuthClient } from '../options';
import type { AuthorizationRequest } from './authorization-request';
import type { Refusal } from './refusal';
import { describeScope } from './scopes';

/** The contents of the consent page. */
export interface ConsentView {
  request: AuthorizationRequest;
  /** The e-mail address of each account. */
  emails: readonly string[];
  /** The target URL of the form. */
  action: string;
}

const STYLE = `
  body { margin: 0; padding: 3rem 1rem; background: #f0f4f9; color: #1f1f1f; font: 16px/1.5 system-ui, sans-serif; }
  main { max-width: 34rem; margin: auto; padding: 2rem 2.5rem; background: #fff; border-radius: 1.5rem; }
  h1 { margin: 0 0 1rem; font-size: 1.6rem; font-weight: 400; }
  ul { padding: 0; list-style: none; }
  li { padding: .75rem 0; border-top: 1px solid #e0e3e7; }
  code { display: block; color: #5f6368; font-size: .8rem; overflow-wrap: anywhere; }
  select { font: inherit; }
  footer { display: flex; justify-content: flex-end; gap: .75rem; }
  button { padding: .5rem 1.5rem; border: 1px solid #747775; border-radius: 2rem; background: #fff; color: #0b57d0; font: inherit; }
  button[value=allow] { border-color: #0b57d0; background: #0b57d0; color: #fff; }
`;

/**
 * The consent page. Its form sends `decision` (`allow` or `deny`), `account` (an e-mail address) and
 * `granted` (a scope) for every checked box.
 */
export function renderConsentPage({ request, emails, action }: ConsentView): string {
  const name = nameOf(request.client);
  return renderPage(
    `Sign in – ${name}`,
    `<h1>${escapeHtml(name)} wants access to your Google Account</h1>
<form method="post" action="${escapeHtml(action)}">
${renderAccounts(emails)}
<p>Select what <b>${escapeHtml(name)}</b> can access:</p>
<ul>
${request.scopes.map(renderScope).join('\n')}
</ul>
<footer>
<button name="decision" value="deny">Deny</button>
<button name="decision" value="allow">Allow</button>
</footer>
</form>`,
  );
}

/** The page that explains why an app cannot request consent. */
export function renderErrorPage({ status, code, message }: Refusal): string {
  return renderPage(
    'Access blocked: Authorization Error',
    `<h1>Access blocked: Authorization Error</h1>
<p>${escapeHtml(message)}</p>
<p>Error ${String(status)}: ${escapeHtml(code)}</p>`,
  );
}

function nameOf({ name, clientId }: OAuthClient): string {
  return name ?? clientId;
}

function renderAccounts(emails: readonly string[]): string {
  const options = emails.map((email) => {
    const text = escapeHtml(email);
    return `<option value="${text}">${text}</option>`;
  });
  return `<p><label>Account <select name="account">${options.join('')}</select></label></p>`;
}

function renderScope(scope: string): string {
  const value = escapeHtml(scope);
  return (
    `<li><label><input type="checkbox" name="granted" value="${value}" checked> ` +
    `${escapeHtml(describeScope(scope))}<code>${value}</code></label></li>`
  );
}

function renderPage(title: string, content: string): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
