import { DEFAULT_LIMITS, Exchange, type Adapter, type RequestLimits } from '../exchange';

/** Options of Google's library that limit the requests which it sends to the login server. */
export function boundedTransport(limits: RequestLimits = DEFAULT_LIMITS): { adapter: Adapter } {
  return {
    adapter: (options, send) =>
      new Exchange(limits, { server: "Google's login server" }).adapter(options, send),
  };
}
