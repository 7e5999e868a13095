/** The value below which this part of the numbers lies. */
export function quantile(numbers, part) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? NaN;
}

/** The middle one of the numbers. */
export function median(numbers) {
  return quantile(numbers, 0.5);
}
