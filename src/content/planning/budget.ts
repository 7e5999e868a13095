/** What contents may cost in a day, so that a project stays below the line above which Google bills it. */
export interface Budget {
  units: number;
  bytes: number;
}

/** Half of the units and all of the bytes that are free: https://developers.google.com/workspace/drive/api/guides/limits */
export const DAILY_BUDGET: Budget = { units: 200_000_000, bytes: 1_000_000_000_000 };

const PACIFIC = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Los_Angeles', dateStyle: 'short' });

/** The day by which Google counts: it begins at midnight in California. */
export function quotaDay(now: number): string {
  return PACIFIC.format(now);
}

/** What is left of the budget on a day, after what was spent on `spentOn`. */
export function budgetLeft(spent: Budget & { spentOn: string | null }, now: number): Budget {
  if (spent.spentOn !== quotaDay(now)) return DAILY_BUDGET;
  return {
    units: Math.max(0, DAILY_BUDGET.units - spent.units),
    bytes: Math.max(0, DAILY_BUDGET.bytes - spent.bytes),
  };
}
